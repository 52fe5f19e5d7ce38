using System.Text.Json;
using MmDrBot.Access;
using MmDrBot.Approvals;
using MmDrBot.Audit;
using MmDrBot.Data;
using MmDrBot.Engine.Keeping;
using MmDrBot.Engine.Repositories;
using MmDrBot.Protection;
using MmDrBot.Settings;
using MmDrBot.Verbs;

namespace MmDrBot.Features.RestorePoints;

/// <summary>Keeps a restore point from being removed, and lets it go again. What is said here lies in the repository and binds every host.</summary>
internal sealed class PinRestorePoint(RepositoryProvider repositories, ApprovalGuard approvals, StateDatabase state, AuditLog audit, TimeProvider time)
{
    private const int LongestReason = 200;

    /// <summary>Pins or holds. A second pin changes nothing; of holds there may be several, for reasons of their own.</summary>
    public async Task<PinsView> AddAsync(string id, PinKind kind, string? reason, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.PinRestorePoints);
        RequireReason(reason, kind is PinKind.Hold);
        var (repository, point) = await FindAsync(id, cancellationToken);
        return await RecordedAsync(kind is PinKind.Hold ? "restore_point.held" : "restore_point.pinned", point, reason, actor, async () =>
            PinsView.Of([await new PinBook(repository).AddAsync(kind, point, actor.Name, reason, time, cancellationToken)]), cancellationToken);
    }

    /// <summary>Takes a pin away.</summary>
    public async Task<PinsView> UnpinAsync(string id, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.PinRestorePoints);
        var (repository, point) = await FindAsync(id, cancellationToken);
        var pins = await InForceAsync(repository, point, PinKind.Pin, cancellationToken);
        if (pins.Count == 0)
        {
            throw new Refusal(RefusalReason.NotFound, $"Restore point {Words.Short(point.ToString())} is not pinned.", "`restore-points` shows which are. A legal hold ends by `restore-point release`.");
        }

        return await EndAsync("restore_point.unpinned", repository, pins, null, actor, cancellationToken);
    }

    /// <summary>Ends a legal hold; it takes a reason and, by the settings, a second person.</summary>
    /// <param name="id">The restore point.</param>
    /// <param name="hold">Which hold, by the first digits of its id; null where there is only one.</param>
    /// <param name="reason">Why.</param>
    /// <param name="actor">Who asks.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<PinsView> ReleaseAsync(string id, string? hold, string? reason, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ReleaseHolds);
        RequireReason(reason, isNeeded: true);
        var (repository, point) = await FindAsync(id, cancellationToken);
        var released = Choose(await InForceAsync(repository, point, PinKind.Hold, cancellationToken), point, hold);
        var summary = $"Release the legal hold of restore point {Words.Short(point.ToString())} ({Words.Code(released.Reason ?? "")}, by {released.By}), because of {Words.Code(reason!)}. After that it can be removed.";
        return await approvals.RunAsync(
            GuardedOperation.ReleaseHold,
            summary,
            new { restorePoint = point.ToString(), hold = released.Id.ToString(), reason },
            Permission.ReleaseHolds,
            actor,
            () => EndAsync("restore_point.released", repository, [released], reason, actor, cancellationToken),
            cancellationToken);
    }

    private static Pin Choose(IReadOnlyList<Pin> holds, BlobId point, string? wanted)
    {
        var matches = wanted is null ? holds : [.. holds.Where(hold => wanted.Length >= 4 && hold.Id.ToString().StartsWith(wanted, StringComparison.OrdinalIgnoreCase))];
        return matches.Count switch
        {
            1 => matches[0],
            0 => throw new Refusal(RefusalReason.NotFound, $"Restore point {Words.Short(point.ToString())} is not held{(wanted is null ? "" : $" by a hold {wanted}")}.", "`restore-point ID` shows its holds."),
            _ => throw new Refusal(RefusalReason.Invalid, $"Restore point {Words.Short(point.ToString())} is held {matches.Count} times.", $"Say which hold is over: {string.Join(", ", matches.Select(hold => $"`--hold {Words.Short(hold.Id.ToString())}` ({hold.Reason})"))}."),
        };
    }

    private async Task<(Repository Repository, BlobId Point)> FindAsync(string id, CancellationToken cancellationToken)
    {
        var repository = await repositories.OpenAsync(cancellationToken);
        return (repository, await EngineRefusals.TranslateAsync(async () => id == "latest" ? (await repository.FindRestorePointAsync(id, cancellationToken)).Id : await repository.FindRestorePointIdAsync(id, cancellationToken)));
    }

    private static async Task<IReadOnlyList<Pin>> InForceAsync(Repository repository, BlobId point, PinKind kind, CancellationToken cancellationToken) =>
        [.. (await EngineRefusals.TranslateAsync(() => new PinBook(repository).ReadAsync(cancellationToken))).Where(pin => pin.RestorePoint == point && pin.Kind == kind)];

    private Task<PinsView> EndAsync(string action, Repository repository, IReadOnlyList<Pin> pins, string? reason, Actor actor, CancellationToken cancellationToken) =>
        RecordedAsync(action, pins[0].RestorePoint, reason, actor, async () =>
        {
            await new PinBook(repository).ReleaseAsync(pins, actor.Name, reason, time, cancellationToken);
            return PinsView.Of(pins);
        }, cancellationToken);

    /// <summary>The intent is on record before anything is written, and the outcome after it: between the two stands the repository's own record.</summary>
    private async Task<T> RecordedAsync<T>(string action, BlobId point, string? reason, Actor actor, Func<Task<T>> work, CancellationToken cancellationToken)
    {
        await RecordAsync(action, point, reason, AuditOutcome.Started, actor, cancellationToken);
        var result = await EngineRefusals.TranslateAsync(work);
        await RecordAsync(action, point, reason, AuditOutcome.Succeeded, actor, CancellationToken.None);
        return result;
    }

    private Task RecordAsync(string action, BlobId point, string? reason, AuditOutcome outcome, Actor actor, CancellationToken cancellationToken) => state.InTransactionAsync(
        (transaction, token) => audit.AppendAsync(transaction, AuditEntry.By(actor, time.GetUtcNow(), action, point.ToString(), outcome) with { DetailJson = JsonSerializer.Serialize(new { reason }, JsonSerializerOptions.Web) }, token),
        cancellationToken);

    private static void RequireReason(string? reason, bool isNeeded)
    {
        var isLine = reason is null || (reason.Trim().Length is > 0 and <= LongestReason && !reason.Any(char.IsControl));
        if (!isLine || (isNeeded && reason is null))
        {
            throw new Refusal(RefusalReason.Invalid, $"{(isNeeded ? "A reason is needed" : "A reason is optional")}: one line of at most {LongestReason} characters.", "`--reason \"case 2026-17\"`, for instance.") { Faults = [new RefusalFault("Reason", "One line of at most 200 characters.")] };
        }
    }
}
