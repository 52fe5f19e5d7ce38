using System.Text.Json.Nodes;
using MmDrBot.Access;
using MmDrBot.Jobs;
using MmDrBot.Settings;

namespace MmDrBot.Alarms.Sources;

/// <summary>
/// Whether what runs unattended ended well. A failure stands until a later job of the kind has done what it did not; a backup of the database
/// alone does not make up for one of the files.
/// </summary>
internal sealed class JobSource(JobStore jobs) : IAlarmSource
{
    /// <summary>Of each kind.</summary>
    private const int Looked = 50;
    private const string Backup = "backup";
    private static readonly string[] Components = ["database", "config", "files"];

    /// <summary>Somebody waits for these and reads how they end.</summary>
    private static readonly HashSet<string> Attended = ["restore", "sso-convert", "recover-hidden"];

    public string Name => "jobs";

    public async Task<AlarmJudgement> JudgeAsync(DateTimeOffset now, CancellationToken cancellationToken) => AlarmJudgement.Of([.. Judge(await jobs.ListEndedAsync(Looked, cancellationToken))]);

    /// <param name="ended">The last jobs of each kind, those that ended last first.</param>
    internal static IEnumerable<Alarm> Judge(IReadOnlyList<Job> ended) =>
        from kind in ended.Where(job => job.State is not JobState.Cancelled && !Attended.Contains(job.Kind)).GroupBy(job => job.Kind)
        from alarm in JudgeKind([.. kind])
        select alarm;

    private static IEnumerable<Alarm> JudgeKind(IReadOnlyList<Job> ended)
    {
        var (covered, told) = (new HashSet<string>(), new HashSet<string>());
        foreach (var job in ended)
        {
            var parts = PartsOf(job);
            if (job.State is JobState.Succeeded)
            {
                covered.UnionWith(parts);
            }
            else if (!covered.IsSupersetOf(parts) && !told.IsSupersetOf(parts))
            {
                told.UnionWith(parts);
                yield return AlarmOf(job, parts);
            }
        }
    }

    /// <summary>What a job is about: a backup its components, any other all there is.</summary>
    private static string[] PartsOf(Job job) =>
        job.Kind != Backup ? ["all"]
        : JsonNode.Parse(job.RequestJson)?["components"] is JsonArray { Count: > 0 } named ? [.. named.Select(name => name!.ToString()).Order(StringComparer.Ordinal)]
        : Components;

    private static Alarm AlarmOf(Job job, string[] parts)
    {
        var subject = parts is ["all"] || ReferenceEquals(parts, Components) ? job.Kind : $"{job.Kind} of {string.Join('+', parts)}";
        var how = job.State switch
        {
            JobState.PartlyFailed => "partly failed: something that is there could not be read",
            JobState.Interrupted => "was interrupted",
            _ => $"failed: {job.Error?.Message ?? "see the log"}",
        };
        var code = job.Error is { } error ? $"{(error.Hint is { Length: > 0 } hint ? hint + " " : "")}" : "";
        return new Alarm(AlarmKinds.JobFailed, AlarmSeverity.Warning, subject, $"The last {subject} {how} (job `{job.Id}`).", $"{code}`job {job.Id}` shows it. It is resolved when the next one succeeds.");
    }
}
