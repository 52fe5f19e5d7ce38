using MmDrBot.Access;
using MmDrBot.Audit;
using MmDrBot.Data;
using MmDrBot.Engine.Repositories;
using MmDrBot.Protection;

namespace MmDrBot.Features.RestorePoints;

/// <summary>Forgets one restore point; prune frees its space later.</summary>
internal sealed class ForgetRestorePoint(RepositoryProvider repositories, StateDatabase state, CommittedRestorePoints committed, AuditLog audit, TimeProvider time)
{
    public async Task<RestorePoint> HandleAsync(string id, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ManageRepository);
        var repository = await repositories.OpenAsync(cancellationToken);
        using var alone = HostLock.ForMaintenance(repository.Id);
        var point = await EngineRefusals.TranslateAsync(() => repository.FindRestorePointAsync(id, cancellationToken));

        // The intent is on record before anything goes, and the outcome after it: between the two stands the repository's own tombstone.
        await RecordAsync(actor, point, AuditOutcome.Started, cancellationToken);
        await EngineRefusals.TranslateAsync(async () =>
        {
            await Engine.Maintenance.ForgetRestorePoint.RunAsync(repository, point, actor.Name, time, cancellationToken);
            return true;
        });
        await RecordAsync(actor, point, AuditOutcome.Succeeded, CancellationToken.None);
        return point;
    }

    private Task RecordAsync(Actor actor, RestorePoint point, AuditOutcome outcome, CancellationToken cancellationToken) =>
        state.InTransactionAsync(
            async (transaction, token) =>
            {
                if (outcome is AuditOutcome.Succeeded)
                {
                    await committed.MarkForgottenAsync(transaction, point.Repository, point.Id.ToString(), time.GetUtcNow(), token);
                }

                await audit.AppendAsync(transaction, AuditEntry.By(actor, time.GetUtcNow(), "restore_point.forgotten", point.Id.ToString(), outcome), token);
            },
            cancellationToken);
}
