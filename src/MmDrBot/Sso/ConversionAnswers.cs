using System.Globalization;

namespace MmDrBot.Sso;

/// <summary>What the helpdesk reads: what is true now, what to tell the caller, whether a second factor is asked for, when it ends, what will stop the caller.</summary>
internal static class ConversionAnswers
{
    internal static ConversionResult Of(PlannedConversion item, PasswordSet set, Handover? handover, ConvertOrder order, DateTimeOffset now)
    {
        var conversion = item.Conversion;
        var result = new ConversionResult
        {
            Wanted = item.Wanted,
            Username = conversion.Username,
            UserId = conversion.UserId,
            ConversionId = conversion.Id,
            AsksForMfa = conversion.MfaActive,
            Outcome = set.IsConverted ? ConversionOutcome.Converted : set.State is PasswordState.Unchanged ? ConversionOutcome.Failed : ConversionOutcome.Unknown,
            Message = $"@{conversion.Username} was not converted, as far as is known: {set.Problem}",
        };
        return set.IsConverted
            ? result with
            {
                Message = Converted(conversion, handover!, order.For is { } lasts ? now + lasts : null, item.Notes),
                Obstacles = item.Notes.Obstacles,
                ExpiresAt = order.For is { } time ? now + time : null,
                Link = handover!.Link,
                TemporaryPassword = handover.TemporaryPassword,
            }
            : result;
    }

    internal static string Converted(Conversion conversion, Handover handover, DateTimeOffset? expiresAt, SignInNotes notes)
    {
        var mfa = conversion.MfaActive ? " Signing in asks for the second factor that they have set up in Mattermost." : "";
        var end = expiresAt is { } at ? $" Ends {at.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC, if {conversion.AuthService} is well by then." : " Ends when the outage is closed.";
        return $"@{conversion.Username} signs in with {notes.Names} and a password now. {Tell(conversion, handover)}{mfa}{end}{notes.Text}";
    }

    private static string Tell(Conversion conversion, Handover handover) => handover switch
    {
        { Done: false } => handover.Problem!,
        { Link: not null } => string.Create(CultureInfo.InvariantCulture, $"Tell the caller to open the link, which shows a password once and is good for {handover.LinkGoodFor.TotalMinutes:0} minutes."),
        { TemporaryPassword: not null } => "Tell the caller the password; it is shown this once.",
        _ => $"Tell the caller: Mattermost has mailed {conversion.Email} a link that is good for one hour; open it and set a password.",
    };
}
