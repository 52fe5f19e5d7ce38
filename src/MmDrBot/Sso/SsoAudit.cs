using System.Text.Json;
using MmDrBot.Access;

namespace MmDrBot.Sso;

/// <summary>What the audit keeps of a conversion beside who, what and whom.</summary>
internal static class SsoAudit
{
    internal static string Detail(Conversion conversion, string? problem) => JsonSerializer.Serialize(
        new
        {
            conversion = conversion.Id,
            outage = conversion.OutageId,
            userId = conversion.UserId,
            service = conversion.AuthService,
            ticket = conversion.Ticket,
            delivery = EnumText.Of(conversion.Delivery),
            problem,
        },
        JsonSerializerOptions.Web);
}
