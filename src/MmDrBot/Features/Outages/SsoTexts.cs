using System.Text.Json;
using MmDrBot.Sso;

namespace MmDrBot.Features.Outages;

/// <summary>Rules and texts that several verbs share.</summary>
internal static class SsoTexts
{
    internal const string TicketNeeded = "Give the ticket's number: --ticket INC-123 (at most 64 characters, no blanks).";
    private const int LongestLine = 200;
    private const int LongestTicket = 64;

    internal static bool IsTicket(string? text) => text is { Length: > 0 and <= LongestTicket } && !text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c));

    internal static bool IsLine(string? text) => text is { Length: <= LongestLine } && text.Trim().Length > 0 && !text.Any(char.IsControl);

    internal static string Detail(Outage outage, object? more = null) => JsonSerializer.Serialize(
        new { outage = outage.Id, service = outage.Service, ticket = outage.Ticket, reason = outage.Reason, more }, JsonSerializerOptions.Web);
}
