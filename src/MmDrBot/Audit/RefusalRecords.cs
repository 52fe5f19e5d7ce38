using System.Text.Json;
using MmDrBot.Access;
using MmDrBot.Data;

namespace MmDrBot.Audit;

/// <summary>Puts refusals on record, for every door alike. Where the state is away the log has to do: the refusal stands in any case.</summary>
internal sealed partial class RefusalRecords(StateDatabase state, AuditLog audit, TimeProvider time, ILogger<RefusalRecords> logger)
{
    private const int LongestTarget = 200;

    /// <param name="actor">Who was refused.</param>
    /// <param name="action">"command.refused" or "request.refused".</param>
    /// <param name="target">What was asked for; no secrets.</param>
    /// <param name="refusal">Why not.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    internal async Task RecordAsync(Actor actor, string action, string target, Refusal refusal, CancellationToken cancellationToken)
    {
        var entry = AuditEntry.By(actor, time.GetUtcNow(), action, target.Length > LongestTarget ? target[..LongestTarget] : target, AuditOutcome.Refused) with
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
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "A refusal of {Actor} could not be recorded.")]
        public static partial void NotRecorded(ILogger logger, Exception exception, string actor);
    }
}
