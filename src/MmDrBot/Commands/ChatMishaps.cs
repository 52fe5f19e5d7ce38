using System.Text.Json;
using MmDrBot.Access;
using MmDrBot.Audit;
using MmDrBot.Data;
using MmDrBot.Protection;

namespace MmDrBot.Commands;

/// <summary>Words what went wrong for the person who asked; refusals are put on record, bugs in the log.</summary>
internal sealed partial class ChatMishaps(StateDatabase state, AuditLog audit, TimeProvider time, ILogger<ChatMishaps> logger)
{
    /// <param name="mishap">A refusal, or anything else that a verb threw.</param>
    /// <param name="actor">Who asked; null when that could not be found out.</param>
    /// <param name="words">What was asked for.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    internal async Task<string> TellAsync(Exception mishap, Actor? actor, IReadOnlyList<string> words, CancellationToken cancellationToken)
    {
        if (mishap is Refusal refusal)
        {
            await RecordAsync(actor, words, refusal, cancellationToken);
            return Say(refusal);
        }

        if (EngineRefusals.From(mishap) is { } engine)
        {
            return Say(engine);
        }

        var reference = Reference.New();
        Log.Failed(logger, mishap, words.Count > 0 ? words[0] : "", reference);
        return $"Something went wrong inside MmDrBot.\nNext: the service's log has the details under the reference.\nReference: `{reference}`";
    }

    internal static string Say(Refusal refusal) => refusal.Hint is null ? refusal.Message : $"{refusal.Message}\nNext: {refusal.Hint}";

    internal async Task RecordAsync(Actor? actor, IReadOnlyList<string> words, Refusal refusal, CancellationToken cancellationToken)
    {
        if (actor is null)
        {
            return;
        }

        var entry = AuditEntry.By(actor, time.GetUtcNow(), "command.refused", words.Count > 0 ? words[0] : "help", AuditOutcome.Refused) with
        {
            DetailJson = JsonSerializer.Serialize(new { reason = EnumText.Of(refusal.Reason), message = refusal.Message }),
        };
        try
        {
            await state.InTransactionAsync((transaction, token) => audit.AppendAsync(transaction, entry, token), cancellationToken);
        }
        catch (Refusal unavailable)
        {
            Log.NotRecorded(logger, unavailable, actor.Name);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "The command {Command} failed ({Reference}).")]
        public static partial void Failed(ILogger logger, Exception exception, string command, string reference);

        [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "A refusal of {Actor} could not be recorded.")]
        public static partial void NotRecorded(ILogger logger, Exception exception, string actor);
    }
}
