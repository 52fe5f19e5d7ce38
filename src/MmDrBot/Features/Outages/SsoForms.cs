using MmDrBot.Access;
using MmDrBot.Interactions;
using MmDrBot.Sso;

namespace MmDrBot.Features.Outages;

/// <summary>The forms of what has many fields.</summary>
internal static class SsoForms
{
    internal static Form Open { get; } = new("Open an outage", Permission.ManageOutages)
    {
        Submit = "Open it",
        Introduction = "From then on accounts of this sign-in service can be converted to e-mail and password. A preflight runs first.",
        Fields =
        [
            new("SERVICE", "Sign-in service", FormFieldKind.Choice) { Choices = [.. AccountRules.Services.Select(service => (service, service))], Property = nameof(OpenOutageRequest.Service) },
            new("--ticket", "Ticket", FormFieldKind.Line) { MaxLength = 64, Property = nameof(OpenOutageRequest.Ticket), Placeholder = "INC-123" },
            new("--reason", "Reason", FormFieldKind.Line) { MaxLength = 150, Property = nameof(OpenOutageRequest.Reason), Help = "In one line; it stands in the audit." },
            new("--mail-depends", "Mail fails too?", FormFieldKind.Choice)
            {
                Optional = true, Property = nameof(OpenOutageRequest.MailDepends), Choices = [("Yes: hand out one-time links", "true"), ("No: reset mails arrive", "false")], Placeholder = "as the preflight finds",
            },
            new("--enable-email-sign-in", "Allow e-mail sign-in", FormFieldKind.Yes) { Optional = true, Placeholder = "Turn it on for the time of the outage, where it is off." },
            new("--force", "Open all the same", FormFieldKind.Yes) { Optional = true, Placeholder = "Open although a check of the preflight fails." },
        ],
    };

    internal static Form Convert { get; } = new("Convert accounts", Permission.ConvertAccounts)
    {
        Submit = "Convert",
        Introduction = "They sign in with e-mail and password until they are brought back. You alone see how they get in.",
        Fields =
        [
            new("USER", "Who", FormFieldKind.Person) { Optional = true, Property = nameof(ConvertAccountsRequest.Users) },
            new("MORE", "More people", FormFieldKind.Lines) { Optional = true, MaxLength = 3000, Help = "Usernames or e-mail addresses, with blanks, commas or lines between." },
            new("--ticket", "Ticket", FormFieldKind.Line) { MaxLength = 64, Property = nameof(ConvertAccountsRequest.Ticket), Placeholder = "INC-123" },
            new("--for", "For how long", FormFieldKind.Choice)
            {
                Optional = true, Property = nameof(ConvertAccountsRequest.For), Choices = [("8 hours", "8h"), ("1 day", "1d"), ("2 days", "2d"), ("7 days", "7d")], Placeholder = "until the outage is closed",
            },
            new("--deliver", "How they get in", FormFieldKind.Choice)
            {
                Optional = true,
                Property = nameof(ConvertAccountsRequest.Deliver),
                Choices = [("A reset mail", "reset-email"), ("A one-time link", "one-time-link")],
                Placeholder = "what suits the outage",
            },
        ],
    };
}
