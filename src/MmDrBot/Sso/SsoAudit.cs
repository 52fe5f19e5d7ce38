using System.Text.Json;
using MmDrBot.Access;
using MmDrBot.Audit;

namespace MmDrBot.Sso;

/// <summary>What the audit keeps of a conversion beside who, what and whom.</summary>
internal static class SsoAudit
{
    /// <summary>An outage that is open again, or in the books again, for conversions that were found.</summary>
    internal static AuditEntry Reopened(Actor actor, DateTimeOffset at, Outage outage) => AuditEntry.By(actor, at, "outage.reopened", outage.Service, AuditOutcome.Succeeded) with
    {
        DetailJson = JsonSerializer.Serialize(new { outage = outage.Id, service = outage.Service, ticket = outage.Ticket, reason = outage.Reason }, JsonSerializerOptions.Web),
    };

    internal static string Detail(Conversion conversion, string? problem) => JsonSerializer.Serialize(
        new
        {
            conversion = conversion.Id,
            outage = conversion.OutageId,
            userId = conversion.UserId,
            service = conversion.AuthService,
            ticket = conversion.Ticket,
            reason = conversion.Reason,
            delivery = EnumText.Of(conversion.Delivery),
            problem,
        },
        JsonSerializerOptions.Web);
}
