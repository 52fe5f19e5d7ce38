using MmDrBot.Access;
using MmDrBot.Audit;
using MmDrBot.Protection;

namespace MmDrBot.Commands;

/// <summary>Words what went wrong for the person who asked; refusals are put on record, bugs in the log.</summary>
internal sealed partial class ChatMishaps(RefusalRecords records, ILogger<ChatMishaps> logger)
{
    /// <param name="mishap">A refusal, or anything else that a verb threw.</param>
    /// <param name="actor">Who asked; null when that could not be found out.</param>
    /// <param name="words">What was asked for.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    internal async Task<string> TellAsync(Exception mishap, Actor? actor, IReadOnlyList<string> words, CancellationToken cancellationToken)
    {
        if ((mishap as Refusal ?? EngineRefusals.From(mishap)) is { } refusal)
        {
            await RecordAsync(actor, words, refusal, cancellationToken);
            return Say(refusal, actor?.RequestId);
        }

        var reference = Reference.New();
        Log.Failed(logger, mishap, words.Count > 0 ? words[0] : "", reference);
        return $"Something went wrong inside MmDrBot.\nNext: the service's log has the details under the reference.\nReference: `{reference}`";
    }

    /// <summary>Cause, next step, and the reference under which the audit has it.</summary>
    internal static string Say(Refusal refusal, string? reference) =>
        $"{refusal.Message}\nNext: {refusal.Hint ?? "change that and ask again; `/dr help COMMAND` explains what is expected."}{(reference is null ? "" : $"\nReference: `{reference}`")}";

    internal Task RecordAsync(Actor? actor, IReadOnlyList<string> words, Refusal refusal, CancellationToken cancellationToken) =>
        actor is null ? Task.CompletedTask : records.RecordAsync(actor, "command.refused", words.Count > 0 ? words[0] : "help", refusal, cancellationToken);

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "The command {Command} failed ({Reference}).")]
        public static partial void Failed(ILogger logger, Exception exception, string command, string reference);
    }
}
