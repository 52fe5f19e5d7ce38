using System.CommandLine;
using MmDrBot.Access;
using MmDrBot.Interactions;
using MmDrBot.Sso;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Outages;

internal sealed class SsoOpenVerb(OpenOutage open) : Verb
{
    private readonly Argument<string?> _service = new("SERVICE") { Description = "gitlab, google, office365, openid, saml or ldap; may be left out where accounts use only one.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _ticket = new("--ticket") { Description = "The ticket's number.", HelpName = "TICKET" };
    private readonly Option<string?> _reason = new("--reason") { Description = "Why, in one line.", HelpName = "TEXT" };
    private readonly Option<bool?> _mail = new("--mail-depends") { Description = "Whether mail goes by the same provider: then reset mails reach nobody, and one-time links are the default.", HelpName = "true|false" };
    private readonly Option<bool> _enable = new("--enable-email-sign-in") { Description = "Turn sign-in by e-mail on for the time of the outage." };
    private readonly Option<bool> _force = new("--force") { Description = "Open although the preflight fails." };

    internal override string Path => "sso open";

    internal override string Description => "Opens an outage of a sign-in service, after a preflight. From then on its accounts can be converted.";

    internal override bool InChat => true;

    internal override IReadOnlyList<string> Examples => ["sso open saml --ticket INC-123 --reason \"the identity provider is down\""];

    internal override void Shape(Command command)
    {
        command.Arguments.Add(_service);
        foreach (var option in new Option[] { _ticket, _reason, _mail, _enable, _force })
        {
            command.Options.Add(option);
        }
    }

    internal override Form Form => SsoForms.Open;

    internal override bool Asks(Invocation invocation) => invocation.Value(_ticket) is null && invocation.Value(_reason) is null;

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var request = new OpenOutageRequest
        {
            Service = invocation.Value(_service)?.ToLowerInvariant(),
            Ticket = invocation.Value(_ticket) ?? "",
            Reason = invocation.Value(_reason) ?? "",
            MailDepends = invocation.Value(_mail),
            EnableEmailSignIn = invocation.Value(_enable),
            Force = invocation.Value(_force),
        };
        var opened = await open.HandleAsync(request, invocation.Actor, cancellationToken);
        return new Reply
        {
            Text = $"The outage of **{opened.Outage.Service}** is open (ticket {Words.Code(opened.Outage.Ticket)}).",
            Table = SsoTables.Preflight(opened.Preflight),
            Footer = $"Next: `sso convert @USER --ticket TICKET` for each caller, `sso outlook {opened.Outage.Service}` for what is coming, `sso close` when {opened.Outage.Service} is back.",
            Buttons = [SsoButtons.Convert, SsoButtons.Outlook(opened.Outage.Service)],
            Json = opened,
        };
    }
}

internal sealed class SsoStatusVerb(ShowOutages show, TimeProvider time) : Verb
{
    private readonly Option<bool> _all = new("--all") { Description = "Closed ones too." };

    internal override string Path => "sso status";

    internal override string Description => "Shows open outages, and who is converted.";

    internal override bool InChat => true;

    internal override IReadOnlyList<string> Examples => ["sso status", "sso status --all"];

    internal override void Shape(Command command) => command.Options.Add(_all);

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var outages = await show.HandleAsync(invocation.Value(_all), invocation.Actor, cancellationToken);
        if (outages.Count == 0)
        {
            return Reply.Of("No outage is open.", outages);
        }

        return new Reply
        {
            Text = string.Join('\n', outages.Select(outage => Line(outage, invocation))),
            Table = SsoTables.Conversions([.. outages.SelectMany(outage => outage.Open)], time.GetUtcNow(), invocation),
            Footer = outages.Any(outage => outage.Open.Count > 0) ? invocation.Below() : null,
            Buttons = outages.Any(outage => outage.ClosedAt is null) ? [SsoButtons.Convert] : [],
            Json = outages,
        };
    }

    private string Line(OutageView outage, Invocation invocation) => outage.ClosedAt is { } closed
        ? $"{outage.Service}: closed {invocation.Time(closed)} by {outage.ClosedBy}, ticket {Words.Code(outage.Ticket)} (`{outage.Id}`)."
        : $"**{outage.Service}** is out since {invocation.Time(outage.OpenedAt)} ({Words.Duration(time.GetUtcNow() - outage.OpenedAt)}), ticket {Words.Code(outage.Ticket)}: {Words.Code(outage.Reason)}. {Words.Count(outage.Open.Count, "account is", "accounts are")} converted.";
}

internal sealed class SsoCloseVerb(CloseOutage close) : Verb
{
    private readonly Argument<string?> _service = new("SERVICE") { Description = "May be left out where one outage is open.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _signOff = new("--sign-off") { Description = "Take those out of the books that can't be brought back, each by name in the audit.", HelpName = "REASON" };

    internal override string Path => "sso close";

    internal override string Description => "Brings everybody back to the sign-in service and closes the outage.";

    internal override bool InChat => true;

    internal override IReadOnlyList<string> Examples => ["sso close", "sso close saml --sign-off \"they keep their passwords\""];

    internal override void Shape(Command command)
    {
        command.Arguments.Add(_service);
        command.Options.Add(_signOff);
    }

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var closed = await close.HandleAsync(invocation.Value(_service), invocation.Value(_signOff), invocation.Actor, cancellationToken);
        return Reply.Of($"The outage of **{closed.Outage.Service}** is closed. {Words.Count(closed.Reverts.Count(one => one.Outcome is "reverted" or "already_back"), "account", "accounts")} brought back now. {closed.Ending} {closed.InMattermost.Sentence}{string.Concat(closed.Notes.Select(note => $"\n**Note:** {note}"))}\n`sso report` has all conversions.", closed);
    }
}

internal sealed class SsoOutlookVerb(ShowOutlook outlook) : Verb
{
    private readonly Argument<string?> _service = new("SERVICE") { Description = "Only this one.", Arity = ArgumentArity.ZeroOrOne };
    private const string NoNewDevice = "None of them can sign in on a new device while the service is out.";

    private readonly Option<bool> _names = new("--names") { Description = "Who they are, soonest first." };
    private readonly Option<bool> _csv = new("--csv") { Description = "Who they are, as comma-separated values." };

    internal override string Path => "sso outlook";

    internal override string Description => "Says who is locked out by an outage, and when the others will be.";

    internal override bool InChat => true;

    internal override IReadOnlyList<string> Examples => ["sso outlook", "sso outlook saml --names"];

    internal override void Shape(Command command)
    {
        command.Arguments.Add(_service);
        command.Options.Add(_names);
        command.Options.Add(_csv);
    }

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var found = await outlook.HandleAsync(invocation.Value(_service)?.ToLowerInvariant(), invocation.Value(_names) || invocation.Value(_csv), invocation.Actor, cancellationToken);
        if (invocation.Value(_csv))
        {
            return new Reply { Raw = SsoCsv.Of(found).TrimEnd('\n'), Json = found };
        }

        if (found.Count == 0)
        {
            return Reply.Of("No active account signs in with a sign-in service.", found);
        }

        var names = found.SelectMany(one => one.Names).ToArray();
        return new Reply
        {
            Table = names.Length == 0
                ? new ReplyTable(["Service", "Accounts", "Locked out now", "In 1 h", "In 8 h", "In 24 h", "In 7 days", "Later"], [.. found.Select(one => new[] { one.Service, $"{one.Accounts}", $"{one.LockedOut}", $"{one.Within1Hour}", $"{one.Within8Hours}", $"{one.Within24Hours}", $"{one.Within7Days}", $"{one.Later}" })])
                : new ReplyTable(["Account", "E-mail", "Last session ends"], [.. names.Select(one => new[] { $"@{one.Username}", one.Email, one.NeverEnds ? "never" : one.LastSessionEnds is { } ends ? invocation.Cell(ends) : "ended" })]),
            Footer = names.Length == 0 ? NoNewDevice : invocation.Below(NoNewDevice),
            Buttons = [.. names.Length == 0 ? [new Button("Who they are", ["sso", "outlook", .. invocation.Value(_service) is { } service ? new[] { service } : [], "--names"], Permission.ViewStatus)] : Array.Empty<Button>()],
            Json = found,
        };
    }
}
