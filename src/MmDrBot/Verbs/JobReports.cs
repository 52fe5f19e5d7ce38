using System.Text.Json.Nodes;
using MmDrBot.Access;
using MmDrBot.Interactions;
using MmDrBot.Jobs;
using MmDrBot.Jobs.Hooks;
using MmDrBot.Settings;

namespace MmDrBot.Verbs;

/// <summary>Words any job, with the help of its kind's report where it succeeded.</summary>
internal sealed class JobReports(IEnumerable<IJobReport> reports)
{
    private readonly Dictionary<string, IJobReport> _reports = reports.ToDictionary(report => report.Kind, StringComparer.Ordinal);

    internal Reply Of(Job job) => new()
    {
        Text = TextOf(job),
        Json = JsonOf(job),
        ExitCode = ExitCodes.Of(job),
        IsFailure = job.IsOver && job.State is not (JobState.Succeeded or JobState.PartlyFailed),
    };

    /// <summary>Markdown: what it is, how it stands, and after a failure cause, next step, reference.</summary>
    internal string TextOf(Job job)
    {
        var report = _reports.GetValueOrDefault(job.Kind);
        var title = report?.Title ?? job.Kind;
        var id = job.Id.Length > 0 ? $" (job `{job.Id}`)" : "";
        return job.State switch
        {
            JobState.Pending => $"**{title}** is waiting for a worker{id}.",
            JobState.Running => $"**{title}** is running{id}.{ProgressOf(job.Progress)}",
            JobState.Succeeded => $"**{title}** succeeded in {Took(job)}{id}.\n{report?.Success(job)}{HookNotes(job)}".TrimEnd(),
            JobState.PartlyFailed => $"**{title}** partly failed after {Took(job)}{id}: {(job.Error is { } error ? error.Message : "something that is there could not be read.")}\n{report?.Success(job)}{HookNotes(job)}".TrimEnd(),
            _ => $"**{title}** {Ending(job.State)} after {Took(job)}{id}.\n{ErrorOf(job.Error)}".TrimEnd(),
        };
    }

    internal IReadOnlyList<Button> ButtonsOf(Job job) =>
        !job.IsOver ? job.CancelRequested ? [] : [new Button("Cancel", ["cancel", job.Id], Permission.CancelJob) { ChangesState = true, IsDangerous = true }]
        : HasResult(job) ? _reports.GetValueOrDefault(job.Kind)?.Buttons(job) ?? [] : [];

    /// <summary>Markdown for the thread below the job's post; null: nothing.</summary>
    internal string? DetailsOf(Job job) => HasResult(job) ? _reports.GetValueOrDefault(job.Kind)?.Details(job) : null;

    /// <summary>Which news the end of a job is.</summary>
    internal NewsKind NewsOf(Job job) => _reports.GetValueOrDefault(job.Kind)?.News(job) ?? (job.State is JobState.Succeeded ? NewsKind.JobSucceeded : NewsKind.JobFailed);

    private static bool HasResult(Job job) => job.State is JobState.Succeeded or JobState.PartlyFailed && job.ResultJson is not null;

    internal static string ErrorOf(JobError? error) => error is null ? "" : string.Join('\n', new[]
    {
        $"Cause: {error.Message}",
        error.Hint is null ? "" : $"Next: {error.Hint}",
        error.Reference is null ? "" : $"Reference: `{error.Reference}`",
    }.Where(line => line.Length > 0));

    /// <summary>The job's own result with its outcome, or the error that every face shows.</summary>
    internal static object JsonOf(Job job)
    {
        if (job.State is JobState.Succeeded or JobState.PartlyFailed && JsonNode.Parse(job.ResultJson ?? "{}") is JsonObject result)
        {
            result["job"] = job.Id.Length > 0 ? job.Id : null;
            return result;
        }

        return job.IsOver
            ? new { error = new { code = job.Error?.Code ?? EnumText.Of(job.State), message = job.Error?.Message ?? EnumText.Of(job.State), hint = job.Error?.Hint, reference = job.Error?.Reference } }
            : new { job = job.Id, kind = job.Kind, state = EnumText.Of(job.State) };
    }

    /// <summary>What hooks that failed have to say, but for the one that is told already.</summary>
    private static string HookNotes(Job job)
    {
        var notes = JsonNode.Parse(job.ResultJson ?? "{}")?[JobHooks.Notes]?.AsArray().Select(note => (string?)note).Where(note => note != job.Error?.Message) ?? [];
        return string.Concat(notes.Select(note => $"\nNote: {note}"));
    }

    private static string ProgressOf(JobProgress? progress)
    {
        if (progress is null)
        {
            return "";
        }

        var parts = new[]
        {
            progress.Phase,
            progress.Percent is { } percent ? $"{percent:0} %" : "",
            progress.BytesDone is { } done ? progress.BytesTotal is > 0 and { } total ? $"{Words.Bytes(done)} of {Words.Bytes(total)}" : Words.Bytes(done) : "",
            progress.BytesPerSecond is > 0 and { } rate ? $"{Words.Bytes(rate)}/s" : "",
            progress.EtaSeconds is { } left ? $"{Words.Duration(TimeSpan.FromSeconds(left))} left" : "",
        };
        return "\n" + string.Join(" · ", parts.Where(part => part.Length > 0));
    }

    private static string Took(Job job) => Words.Duration((job.FinishedAt ?? job.CreatedAt) - (job.StartedAt ?? job.CreatedAt));

    private static string Ending(JobState state) => state switch
    {
        JobState.Cancelled => "was cancelled",
        JobState.Interrupted => "was interrupted",
        _ => "failed",
    };
}
