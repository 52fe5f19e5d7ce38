using MmDrBot.Access;
using MmDrBot.Alarms;
using MmDrBot.Data;
using MmDrBot.Engine.Repositories;
using MmDrBot.Jobs;
using MmDrBot.Protection;
using MmDrBot.Scheduling;
using MmDrBot.Settings;
using MmDrBot.Verbs;
using MmDrBot.Webhooks;

namespace MmDrBot.Features.Health;

/// <summary>How things stand, in one look.</summary>
internal sealed record StatusView
{
    public required string Version { get; init; }

    public required string Repository { get; init; }

    /// <summary>False when the repository could not be opened.</summary>
    public bool Opened { get; init; }

    public int RestorePoints { get; init; }

    public string? LatestRestorePoint { get; init; }

    public DateTimeOffset? LatestAt { get; init; }

    public string? LatestState { get; init; }

    /// <summary>Whether there are three copies of the data on two kinds of store, one of them off-site, and why or why not.</summary>
    public RuleJudgement? ThreeTwoOne { get; init; }

    /// <summary>taken, structure_verified, data_verified, drilled, booted or damaged, by what verifications found of the newest.</summary>
    public string? LatestTrust { get; init; }

    /// <summary>When Mattermost last did not run on what was restored of the newest; null: it was not tried, or ran since.</summary>
    public DateTimeOffset? LatestBootFailedAt { get; init; }

    /// <summary>The restore point that was last restored on trial and was right; null: none ever was.</summary>
    public string? LastDrilled { get; init; }

    public DateTimeOffset? LastDrillAt { get; init; }

    /// <summary>How long its restore took.</summary>
    public double? LastDrillSeconds { get; init; }

    /// <summary>Ids of jobs that wait or run.</summary>
    public IReadOnlyList<string> LiveJobs { get; init; } = [];

    /// <summary>What is wrong, each a sentence.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>Alarms that are open, the worst first.</summary>
    public IReadOnlyList<OpenAlarm> Alarms { get; init; } = [];

    /// <summary>When the next scheduled backup starts; null when none is scheduled.</summary>
    public DateTimeOffset? NextBackupAt { get; init; }

    /// <summary>What is no fault but should be known, each a sentence.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Why the repository could not be read; null when it could.</summary>
    internal RefusalReason? Refused { get; init; }
}

/// <summary>An alarm that is open.</summary>
/// <param name="Id">"al-" and ten characters.</param>
/// <param name="Kind">What it tells of, such as `backup_overdue`.</param>
/// <param name="Severity">`warning` or `critical`.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Acknowledged">Whether somebody said that they know.</param>
internal sealed record OpenAlarm(string Id, string Kind, string Severity, string Message, bool Acknowledged);

internal sealed class ShowStatus(RepositoryProvider repositories, JobStore jobs, WebhookStore webhooks, ScheduleStandings standings, CopyLag lag, DamageFindings findings, AlarmStore alarms, AppSettings settings, TimeProvider time)
{
    public async Task<StatusView> HandleAsync(Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ViewStatus);
        var problems = new List<string>();
        var (points, location, opened, refused, trust) = (Array.Empty<RestorePoint>(), "not set", false, (RefusalReason?)null, (TrustBook?)null);
        try
        {
            location = repositories.Location;
            var repository = await repositories.OpenCachedAsync(cancellationToken);
            opened = true;
            points = [.. await EngineRefusals.TranslateAsync(() => repository.RestorePointsAsync((_, damage) => problems.Add(damage.Message), cancellationToken))];
            trust = await EngineRefusals.TranslateAsync(() => TrustBook.ReadAsync(repository, time.GetUtcNow(), cancellationToken));
        }
        catch (Refusal refusal)
        {
            problems.Add(refusal.Message);
            refused = refusal.Reason;
        }

        var latest = points.LastOrDefault();
        var mainFault = refused is not null || problems.Count > 0 ? problems[0].TrimEnd('.') : latest is null ? "it holds no restore point" : null;
        var live = await LiveJobsAsync(problems, cancellationToken);
        var (nextBackup, notes) = await SchedulesAsync(problems, cancellationToken);
        return new StatusView
        {
            Version = ProgramVersion.Name,
            Repository = location,
            Opened = opened,
            RestorePoints = points.Length,
            LatestRestorePoint = latest?.Id.ToString(),
            LatestAt = latest?.CreatedAt,
            LatestState = latest is null ? null : EnumText.Of(latest.State),
            ThreeTwoOne = await JudgeCopiesAsync(mainFault, points, problems, cancellationToken),
            LatestTrust = latest is null || trust is null ? null : EnumText.Of(trust.Of(latest.Id).Trust),
            LatestBootFailedAt = latest is null ? null : trust?.Of(latest.Id).BootFailedAt,
            LastDrilled = trust?.LastGoodDrill?.RestorePoint.ToString(),
            LastDrillAt = trust?.LastGoodDrill?.FinishedAt,
            LastDrillSeconds = trust?.LastGoodDrill?.RestoreSeconds,
            LiveJobs = live,
            Alarms = await AlarmsAsync(cancellationToken),
            NextBackupAt = nextBackup,
            Notes = notes,
            Problems = problems,
            Refused = refused,
        };
    }

    /// <summary>What is wrong with a configured copy is a problem; that there are too few copies is for the rule to say.</summary>
    private async Task<RuleJudgement?> JudgeCopiesAsync(string? mainFault, IReadOnlyList<RestorePoint> points, List<string> problems, CancellationToken cancellationToken)
    {
        try
        {
            var copies = await lag.ReadAsync(cancellationToken);
            problems.AddRange(copies.Where(copy => copy.Fault is not null).Select(copy => $"The copy {copy.Name} {copy.Fault!.TrimEnd('.')}. `repositories` shows all, `replicate {copy.Name}` copies now."));
            var found = (await findings.ListAsync(cancellationToken)).FirstOrDefault(finding => finding.Repository == KnownRepositories.Main && (!finding.IsOfRestorePoint || points.Any(point => point.Id.ToString() == finding.Subject)));
            return Protection.ThreeTwoOne.Judge(settings, mainFault ?? (found is null ? null : $"it is damaged: {found.Damage.TrimEnd('.')}"), copies);
        }
        catch (Refusal)
        {
            // Whoever asks for the jobs next says that the state is out of reach.
            return null;
        }
    }

    private async Task<(DateTimeOffset? NextBackup, IReadOnlyList<string> Notes)> SchedulesAsync(List<string> problems, CancellationToken cancellationToken)
    {
        try
        {
            var all = await standings.ListAsync(cancellationToken);
            problems.AddRange(all.Where(standing => standing.OverdueSince is not null).Select(standing => $"Schedule {standing.Schedule.Name} is overdue since {Words.Time(standing.OverdueSince!.Value)}: is the service running (`mmdr serve`)?"));
            var next = all.Where(standing => standing.Schedule.Kind == "backup").Min(standing => standing.Next);
            return (next, next is null ? ["No schedule takes backups. `schedule add nightly --when \"daily 02:30\" -- backup --label nightly` makes one."] : []);
        }
        catch (Refusal unavailable) when (unavailable.Reason is RefusalReason.Unavailable)
        {
            // That the state is out of reach is told once, with the live jobs.
            return (null, []);
        }
    }

    private async Task<IReadOnlyList<OpenAlarm>> AlarmsAsync(CancellationToken cancellationToken)
    {
        try
        {
            return [.. (await alarms.ListOpenAsync(cancellationToken)).Select(raised => new OpenAlarm(raised.Id, raised.Alarm.Kind, EnumText.Of(raised.Alarm.Severity), raised.Alarm.Message, raised.AcknowledgedAt is not null))];
        }
        catch (Refusal)
        {
            // That the state is out of reach is told once.
            return [];
        }
    }

    private async Task<IReadOnlyList<string>> LiveJobsAsync(List<string> problems, CancellationToken cancellationToken)
    {
        try
        {
            problems.AddRange((await webhooks.ListAsync(cancellationToken)).Where(webhook => webhook.DisabledAt is not null)
                .Select(webhook => $"Webhook {webhook.Name} is turned off: {webhook.DisabledReason}. `mmdr webhook test {webhook.Name}` turns it on once it answers."));
            return [.. (await jobs.ListAsync(20, null, cancellationToken)).Where(job => !job.IsOver).Select(job => job.Id)];
        }
        catch (Refusal unavailable)
        {
            problems.Add(unavailable.Message);
            return [];
        }
    }
}
