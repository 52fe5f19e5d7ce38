using MmDrBot.Access;
using MmDrBot.Audit;
using MmDrBot.Data;
using MmDrBot.Engine.Repositories;
using MmDrBot.Protection;

namespace MmDrBot.Features.RestorePoints;

/// <summary>Forgets one restore point, whole or damaged; prune frees its space later.</summary>
internal sealed class ForgetRestorePoint(KnownRepositories repositories, StateDatabase state, CommittedRestorePoints committed, CopyRecords copies, AuditLog audit, TimeProvider time)
{
    public async Task<string> HandleAsync(string id, string? name, bool evenLast, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ManageRepository);
        var place = repositories.Get(name);
        var repository = await place.OpenAsync(cancellationToken);
        using var alone = place.LockForMaintenance(repository);
        var found = await EngineRefusals.TranslateAsync(() => repository.FindRestorePointIdAsync(id, cancellationToken));

        await RequireOthersAsync(repository, found, evenLast, cancellationToken);

        // The intent is on record before anything goes, and the outcome after it: between the two stands the repository's own tombstone.
        await RecordAsync(actor, place.Name, repository.Id, found, found, AuditOutcome.Started, cancellationToken);
        var origin = await OriginAsync(repository, found, cancellationToken);
        await EngineRefusals.TranslateAsync(async () =>
        {
            await Engine.Maintenance.ForgetRestorePoint.RunAsync(repository, found, actor.Name, time, cancellationToken);
            return true;
        });
        await RecordAsync(actor, place.Name, repository.Id, found, origin, AuditOutcome.Succeeded, CancellationToken.None);
        return found.ToString();
    }

    private static async Task RequireOthersAsync(Repository repository, BlobId id, bool evenLast, CancellationToken cancellationToken)
    {
        if (!evenLast && await EngineRefusals.TranslateAsync(() => repository.RestorePointsAsync(static (_, _) => { }, cancellationToken)) is [{ Id: var last }] && last == id)
        {
            throw new Refusal(RefusalReason.Conflict, "This is the last restore point: after that nothing can be restored.", "Take another one first: `mmdr backup`. If you mean it: --even-last (by REST: `evenLast=true`).");
        }
    }

    /// <summary>What a copy with a key of its own knows by another id.</summary>
    private static async Task<BlobId> OriginAsync(Repository repository, BlobId id, CancellationToken cancellationToken)
    {
        var points = await EngineRefusals.TranslateAsync(() => repository.RestorePointsAsync(static (_, _) => { }, cancellationToken));
        return points.FirstOrDefault(point => point.Id == id)?.Origin?.RestorePoint ?? id;
    }

    private Task RecordAsync(Actor actor, string name, string repositoryId, BlobId restorePoint, BlobId origin, AuditOutcome outcome, CancellationToken cancellationToken) =>
        state.InTransactionAsync(
            async (transaction, token) =>
            {
                if (outcome is AuditOutcome.Succeeded)
                {
                    await DamageFindings.ForgetAsync(transaction, name, restorePoint.ToString(), token);
                    await (repositories.IsCopy(name)
                        ? copies.ForgetAsync(transaction, name, origin.ToString(), time.GetUtcNow(), token)
                        : committed.MarkForgottenAsync(transaction, repositoryId, restorePoint.ToString(), time.GetUtcNow(), token));
                }

                await audit.AppendAsync(transaction, AuditEntry.By(actor, time.GetUtcNow(), "restore_point.forgotten", repositories.IsCopy(name) ? $"{name}/{restorePoint}" : restorePoint.ToString(), outcome), token);
            },
            cancellationToken);
}
