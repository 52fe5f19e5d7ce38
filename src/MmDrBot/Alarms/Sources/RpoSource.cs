using MmDrBot.Access;
using MmDrBot.Data;
using MmDrBot.Engine.Repositories;
using MmDrBot.Settings;
using MmDrBot.Verbs;

namespace MmDrBot.Alarms.Sources;

/// <summary>
/// Whether there is a restore point of each component that is new enough, whatever should have made one. The repository is the truth: what
/// the state remembers and the repository has no more does not count, nor does what is damaged.
/// </summary>
internal sealed class RpoSource(RepositoryLook look, CommittedRestorePoints committed, AlarmLease lease, AlarmOptions options) : IAlarmSource
{
    public string Name => "rpo";

    public async Task<AlarmJudgement> JudgeAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var remembered = await committed.SummarizeAsync(now + RestorePoint.ClockTolerance, cancellationToken);
        var since = new[] { await lease.SinceAsync(cancellationToken) ?? now, remembered.Count == 0 ? now : remembered.Min(line => line.FirstAt) }.Min();
        try
        {
            var picture = await look.GetAsync(cancellationToken);
            return AlarmJudgement.Of([.. options.Rpo.Limits.Select(item => Judge(item.Component, item.Limit, picture.Newest(item.Component)?.CreatedAt, remembered.Any(line => line.Components.Contains(item.Component)), since, now)).OfType<Alarm>()]);
        }
        catch (Refusal)
        {
            return ByMemory(remembered, now);
        }
    }

    /// <summary>What is too old by the state's own book is too old in any case; of the rest nothing is known.</summary>
    private AlarmJudgement ByMemory(IReadOnlyList<CommittedSummary> remembered, DateTimeOffset now)
    {
        var judged = options.Rpo.Limits.Select(item => (item.Component, Alarm: remembered.Where(line => line.Components.Contains(item.Component)).Max(line => line.NewestLiveAt) is { } newest ? Judge(item.Component, item.Limit, newest, true, now, now) : null)).ToArray();
        return new AlarmJudgement
        {
            Alarms = [.. judged.Select(item => item.Alarm).OfType<Alarm>()],
            Unknown = judged.Where(item => item.Alarm is null).Select(item => $"{AlarmKinds.BackupOverdue}/{item.Component}").ToHashSet(),
        };
    }

    /// <param name="component">Which.</param>
    /// <param name="limit">How old it may be.</param>
    /// <param name="newest">When the newest began; null: there is none.</param>
    /// <param name="hadSome">Whether there ever was one.</param>
    /// <param name="since">From when on there should be some.</param>
    /// <param name="now">The time.</param>
    internal static Alarm? Judge(string component, TimeSpan limit, DateTimeOffset? newest, bool hadSome, DateTimeOffset since, DateTimeOffset now)
    {
        if (newest is { } at)
        {
            return now - at <= limit ? null : Overdue(component, $"The newest restore point of the {component} is {Words.Duration(now - at)} old; it may be {Words.Duration(limit)} old at most.");
        }

        return hadSome || now - since > limit
            ? Overdue(component, $"There is **no** restore point of the {component} in the repository{(hadSome ? " any more, though there was one" : "")}.")
            : null;
    }

    private static Alarm Overdue(string component, string message) =>
        new(AlarmKinds.BackupOverdue, AlarmSeverity.Critical, component, message, "`backup` takes one now. `jobs` shows what ran; see whether whatever starts backups still runs.");
}
