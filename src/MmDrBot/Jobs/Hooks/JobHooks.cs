using System.Text.Json.Nodes;
using MmDrBot.Settings;

namespace MmDrBot.Jobs.Hooks;

/// <summary>Calls what the settings say before and after a job's work. None of it can throw, or take longer than it may.</summary>
internal sealed partial class JobHooks(HookOptions options, HookCommand command, HookCall call, ILogger<JobHooks> logger)
{
    /// <summary>In a result: what hooks that failed have to say.</summary>
    internal const string Notes = "hookNotes";

    /// <summary>When the program stops, or the job was cancelled, nobody waits for long.</summary>
    private static readonly TimeSpan AtTheEnd = TimeSpan.FromSeconds(10);

    internal async Task<JobEnd> AroundAsync(Job job, JobStop stop, Func<Task<JobEnd>> work)
    {
        if (!Enum.GetValues<HookMoment>().SelectMany(HooksAt).Any(hook => hook.IsFor(job.Kind)))
        {
            return await work();
        }

        var notes = new List<string>();
        var prevented = await RunAsync(HookMoment.Before, HookFacts.Of(HookMoment.Before, job, null), notes, stop);
        var end = stop.End ?? (prevented is null ? await work() : Failed(prevented));
        var isDone = end.State is JobState.Succeeded or JobState.PartlyFailed;
        var moment = isDone ? HookMoment.After : HookMoment.OnError;
        var failure = await RunAsync(moment, HookFacts.Of(moment, job, end), notes, stop);
        end = isDone && failure is not null ? end with { State = JobState.PartlyFailed, Error = ErrorOf(failure) } : end;
        return isDone && notes.Count > 0 ? end with { ResultJson = Noted(end.ResultJson, notes) } : end;
    }

    /// <returns>The failure that counts as the job's; null when there is none. The hooks behind it are not called.</returns>
    private async Task<string?> RunAsync(HookMoment moment, HookFacts facts, List<string> notes, JobStop stop)
    {
        foreach (var hook in HooksAt(moment).Where(hook => hook.IsFor(facts.Kind)))
        {
            if (await CallAsync(hook, facts, stop) is not { } failure)
            {
                continue;
            }

            var sentence = $"The hook {WordsOf(moment)} ({hook.Name}) failed: {failure}";
            Log.Failed(logger, facts.Kind, facts.Id, sentence);
            notes.Add(sentence);
            var counts = moment is not HookMoment.OnError && (hook.OnFailure is { Length: > 0 } given ? given is Hook.Fail : moment is HookMoment.Before);
            if (counts)
            {
                return sentence;
            }
        }

        return null;
    }

    private async Task<string?> CallAsync(Hook hook, HookFacts facts, JobStop stop)
    {
        var isOver = stop.Token.IsCancellationRequested;
        if (isOver && facts.Moment is HookMoment.Before)
        {
            return null;
        }

        var timeout = isOver && hook.Timeout > AtTheEnd ? AtTheEnd : hook.Timeout;
        var token = isOver ? CancellationToken.None : stop.Token;
        return hook.Command is { Length: > 0 } line
            ? await command.RunAsync(line, facts.Variables, timeout, token)
            : await call.RunAsync(hook.Url!, facts, timeout, token);
    }

    private IReadOnlyList<Hook> HooksAt(HookMoment moment) => moment switch
    {
        HookMoment.Before => options.Before,
        HookMoment.After => options.After,
        _ => options.OnError,
    };

    private static string WordsOf(HookMoment moment) => moment switch
    {
        HookMoment.Before => "before the job",
        HookMoment.After => "after the job",
        _ => "for failures",
    };

    private static JobEnd Failed(string failure) => new(JobState.Failed, Error: ErrorOf(failure));

    private static JobError ErrorOf(string failure) => new("hook_failed", failure, "Run it by hand to see why; MMDR_Hooks in the settings has it, and with OnFailure=warn it is only noted.");

    private static string Noted(string? resultJson, List<string> notes)
    {
        var result = JsonNode.Parse(resultJson ?? "{}")!.AsObject();
        result[Notes] = new JsonArray([.. notes.Select(note => (JsonNode)note)]);
        return result.ToJsonString(JobLauncher.Json);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "{Kind} job {JobId}: {Failure}")]
        public static partial void Failed(ILogger logger, string kind, string jobId, string failure);
    }
}
