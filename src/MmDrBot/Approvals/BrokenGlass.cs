using System.Text.Json;
using MmDrBot.Access;
using MmDrBot.Announcing;
using MmDrBot.Audit;
using MmDrBot.Data;
using MmDrBot.Engine.Repositories;
using MmDrBot.Protection;
using MmDrBot.Settings;
using MmDrBot.Verbs;

namespace MmDrBot.Approvals;

/// <summary>
/// On the host, with the keys in hand, nobody can be kept from doing without a second person: it is made loud instead, in the audit, or
/// in the repository when the state is out of reach, and in chat.
/// </summary>
internal sealed partial class BrokenGlass(RepositoryProvider repositories, Announcements announcements, StateDatabase state, AuditLog audit, TimeProvider time, ILogger<BrokenGlass> logger)
{
    private const string Action = "approval.glass_broken";

    internal async Task RecordAsync(GuardedOperation operation, string summary, string reason, Actor actor, CancellationToken cancellationToken)
    {
        var detail = JsonSerializer.Serialize(new { operation = EnumText.Of(operation), summary, reason }, JsonSerializerOptions.Web);
        var entry = AuditEntry.By(actor, time.GetUtcNow(), Action, EnumText.Of(operation), AuditOutcome.Succeeded) with { DetailJson = detail };
        try
        {
            await state.InTransactionAsync((transaction, token) => audit.AppendAsync(transaction, entry, token), cancellationToken);
        }
        catch (Refusal unavailable) when (unavailable.Reason is RefusalReason.Unavailable or RefusalReason.Damaged)
        {
            await LeaveInRepositoryAsync(entry, detail, cancellationToken);
        }

        await announcements.SayAsync(NewsKind.GlassBroken, $"**Glass broken:** {actor.Name} did without a second person: {summary} Reason: {Words.Code(reason)}", cancellationToken);
    }

    /// <summary>Where the credentials allow: a restore by ones that only read is no less urgent.</summary>
    private async Task LeaveInRepositoryAsync(AuditEntry entry, string detail, CancellationToken cancellationToken)
    {
        try
        {
            var repository = await repositories.OpenAsync(cancellationToken);
            var left = new RepositoryAuditEntry(entry.At, entry.Actor, EnumText.Of(entry.Door), Action, detail, null);
            await EngineRefusals.TranslateAsync(() => RepositoryAudit.WriteAsync(repository, left, cancellationToken));
        }
        catch (Refusal refusal)
        {
            Log.OnNoRecord(logger, refusal.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "The broken glass is on record nowhere but here: the state is out of reach, and so is the repository: {Reason}")]
        public static partial void OnNoRecord(ILogger logger, string reason);
    }
}
