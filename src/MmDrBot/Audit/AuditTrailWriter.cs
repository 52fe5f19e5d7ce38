using MmDrBot.Access;
using MmDrBot.Data;

namespace MmDrBot.Audit;

/// <summary>Records changes that are not made in the state database, and so have no transaction there to ride in.</summary>
internal sealed partial class AuditTrailWriter(StateDatabase state, AuditLog audit, TimeProvider time, ILogger<AuditTrailWriter> logger)
{
    /// <summary>Never fails what it records: when the state is away, the log has the entry.</summary>
    public async Task RecordAsync(Actor actor, string action, string target, CancellationToken cancellationToken)
    {
        var entry = AuditEntry.By(actor, time.GetUtcNow(), action, target, AuditOutcome.Succeeded);
        try
        {
            await state.InTransactionAsync((transaction, token) => audit.AppendAsync(transaction, entry, token), cancellationToken);
        }
        catch (Refusal unavailable)
        {
            Log.NotRecorded(logger, unavailable, action, target, actor.Name);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The state is out of reach; not in its audit trail: {Action} of {Target} by {Actor}.")]
        public static partial void NotRecorded(ILogger logger, Exception exception, string action, string target, string actor);
    }
}
