using System.Text.Json;
using MmDrBot.Engine.Repositories;
using MmDrBot.Jobs;
using MmDrBot.Protection;
using MmDrBot.Settings;

namespace MmDrBot.Alarms.Sources;

/// <summary>
/// Whether what runs unattended ended well. A failure stands until a later job has done all that it did not: a backup of the database does not
/// make up for one of the files, a verification of the structure not for a drill, one copy not for another.
/// </summary>
internal sealed class JobSource(JobStore jobs, KnownRepositories repositories) : IAlarmSource
{
    private const string Backup = "backup", Verify = "verify", Check = "check", Repair = "repair";
    private static readonly string[] Components = ["database", "config", "files"];
    private static readonly string[] Levels = ["structure", "data", "drill", "boot"];

    /// <summary>Somebody waits for these and reads how they end.</summary>
    private static readonly string[] Attended = ["restore", "sso-convert", "recover-hidden"];

    /// <summary>How far back it is looked after the first time: further than clocks of replicas differ.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromDays(3);

    private IReadOnlyList<Job> _ended = [];

    public string Name => "jobs";

    public async Task<AlarmJudgement> JudgeAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var known = repositories.All.Select(repository => repository.Name).ToHashSet(StringComparer.Ordinal);
        return AlarmJudgement.Of([.. Judge(await LastEndsAsync(now, cancellationToken), known, now)]);
    }

    /// <summary>All jobs that there are, once; from then on only the new ones.</summary>
    private async Task<IReadOnlyList<Job>> LastEndsAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var before = _ended;
        // A clock that was ahead for a while hides nothing that ends after it was set right.
        var since = before.Count > 0 ? (before[0].FinishedAt < now ? before[0].FinishedAt!.Value : now) - Overlap : DateTimeOffset.UnixEpoch;
        var added = (await jobs.ListLastEndsAsync(since, now + RestorePoint.ClockTolerance, cancellationToken)).Where(job => !Attended.Contains(job.Kind));
        _ended = [.. added.Concat(before.Where(job => !IsAhead(job, now))).OrderByDescending(job => job.FinishedAt).ThenByDescending(job => job.Id, StringComparer.Ordinal).DistinctBy(job => (job.Kind, job.RequestJson, job.State is JobState.Succeeded, IsAhead(job, now)))];
        return _ended;
    }

    /// <param name="ended">Of each request the last job that succeeded and the last that did not, those that ended last first.</param>
    /// <param name="known">The repositories that there are. What failed in one that was taken out of the settings is over.</param>
    /// <param name="now">The time. What succeeded later than that ended by a clock that was ahead, and makes up for nothing.</param>
    internal static IEnumerable<Alarm> Judge(IReadOnlyList<Job> ended, IReadOnlySet<string> known, DateTimeOffset now) =>
        from kind in ended.SelectMany(WithCheck).Where(job => !Attended.Contains(job.Kind) && !(job.State is JobState.Succeeded && IsAhead(job, now))).GroupBy(job => job.Kind)
        from alarm in JudgeKind([.. kind.Select(job => (job, WorkOf(job))).Where(item => known.Contains(item.Item2.Repository))])
        select alarm;

    /// <summary>A repair ends with a check: where that found nothing, it makes up for checks that failed, as far as it read.</summary>
    private static Job[] WithCheck(Job job) =>
        job is { Kind: Repair, State: JobState.Succeeded, ResultJson: { } result } && JsonSerializer.Deserialize<Repaired>(result, JobLauncher.Json) is { Check.Good: true } repaired
            ? [job, job with { Kind = Check, RequestJson = JsonSerializer.Serialize(new { repaired.Repository, ReadShare = repaired.CheckedShare }, JobLauncher.Json) }]
            : [job];

    private static bool IsAhead(Job job, DateTimeOffset now) => job.FinishedAt > now + RestorePoint.ClockTolerance;

    private static IEnumerable<Alarm> JudgeKind(IReadOnlyList<(Job Job, Work Work)> ended)
    {
        var (covered, told) = (new HashSet<(string, string)>(), new HashSet<(string, string)>());
        foreach (var (job, work) in ended)
        {
            var parts = work.Parts.Select(part => (work.Repository, part)).ToArray();
            if (job.State is JobState.Succeeded)
            {
                covered.UnionWith(parts);
            }
            else if (!covered.IsSupersetOf(parts) && !told.IsSupersetOf(parts))
            {
                told.UnionWith(parts);
                yield return AlarmOf(job, $"{job.Kind}{work.Words}");
            }
        }
    }

    private static Work WorkOf(Job job)
    {
        var request = JsonSerializer.Deserialize<Request>(job.RequestJson, JobLauncher.Json)!;
        var repository = request.Repository ?? request.Copy ?? KnownRepositories.Main;
        (string[] Parts, string Words) work = job.Kind switch
        {
            Backup when request.Components is { Count: > 0 } named => ([.. named.Order(StringComparer.Ordinal)], $" of {string.Join('+', named.Order(StringComparer.Ordinal))}"),
            Backup => (Components, ""),
            Verify when Array.IndexOf(Levels, request.Level) is var level and > 0 => (Levels[..(level + 1)], $" --level {request.Level}"),
            _ when request.ReadShare > 0 => (["structure", "data"], " with data"),
            _ => (["structure"], ""),
        };
        return new Work(repository, work.Parts, repository == KnownRepositories.Main ? work.Words : $"{work.Words} in {repository}");
    }

    private static Alarm AlarmOf(Job job, string subject)
    {
        var how = job.State switch
        {
            JobState.PartlyFailed => "partly failed: something that is there could not be read",
            JobState.Interrupted => "was interrupted",
            _ => $"failed: {job.Error?.Message ?? "see the log"}",
        };
        var code = job.Error is { } error ? $"{(error.Hint is { Length: > 0 } hint ? hint + " " : "")}" : "";
        return new Alarm(AlarmKinds.JobFailed, AlarmSeverity.Warning, subject, $"The last {subject} {how} (job `{job.Id}`).", $"{code}`job {job.Id}` shows it. It is resolved when the next one succeeds.");
    }

    /// <summary>What the requests of jobs have in common, as far as it says what a job is about.</summary>
    private sealed record Request(string? Repository, string? Copy, string? Level, IReadOnlyList<string>? Components, double? ReadShare);

    /// <summary>What counts here of what a repair did.</summary>
    private sealed record Repaired(string Repository, double CheckedShare, CheckVerdict? Check);

    private sealed record CheckVerdict(bool Good);

    /// <param name="Repository">Where.</param>
    /// <param name="Parts">What it does there; another job that succeeds makes up for these.</param>
    /// <param name="Words">What tells it from others of its kind.</param>
    private sealed record Work(string Repository, string[] Parts, string Words);
}
