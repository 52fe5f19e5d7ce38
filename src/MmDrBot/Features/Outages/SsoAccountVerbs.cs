using System.CommandLine;
using MmDrBot.Access;
using MmDrBot.Interactions;
using MmDrBot.Sso;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Outages;

internal sealed class SsoConvertVerb(ConvertAccounts convert, JobReports reports) : Verb
{
    private readonly Argument<string[]> _users = new("USER") { Description = "Usernames, with or without @, or e-mail addresses.", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<string?> _file = new("--file") { Description = "A file with one account a line; - reads standard input. Command line only.", HelpName = "FILE" };
    private readonly Option<string?> _ticket = new("--ticket") { Description = "The ticket's number.", HelpName = "TICKET" };
    private readonly Option<string?> _for = new("--for") { Description = "Bring them back after this time, if the service is well by then: 90m, 8h, 2d.", HelpName = "TIME" };
    private readonly Option<string?> _deliver = new("--deliver") { Description = "How they get in: reset-email, one-time-link or temporary-password.", HelpName = "WAY", CompletionSources = { "reset-email", "one-time-link", "temporary-password" } };
    private readonly Option<bool> _deactivated = new("--include-deactivated") { Description = "Deactivated accounts too." };

    internal override string Path => "sso convert";

    internal override string Description => "Converts accounts from the sign-in service that is out to e-mail and password.";

    internal override bool InChat => true;

    internal override IReadOnlyList<string> Examples => ["sso convert @alice bob@example.com --ticket INC-123", "sso convert @alice --ticket INC-123 --for 8h --deliver one-time-link"];

    internal override IReadOnlyList<Option> OnHostAlone => [_file];

    internal override void Shape(Command command)
    {
        command.Arguments.Add(_users);
        foreach (var option in new Option[] { _ticket, _for, _deliver, _deactivated, _file })
        {
            command.Options.Add(option);
        }
    }

    internal override Form Form => SsoForms.Convert;

    internal override bool Asks(Invocation invocation) => (invocation.Value(_users) ?? []) is [] && invocation.Value(_file) is null;

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var request = new ConvertAccountsRequest
        {
            Users = [.. invocation.Value(_users) ?? [], .. await SsoLists.ReadAsync(invocation.Value(_file), invocation.Actor, cancellationToken)],
            Ticket = invocation.Value(_ticket) ?? "",
            For = invocation.Value(_for),
            Deliver = invocation.Value(_deliver),
            IncludeDeactivated = invocation.Value(_deactivated),
        };
        if (request.Users.Count > ConvertAccounts.AtOnce && invocation.Actor.Door is Door.Chat)
        {
            return reports.Of(await invocation.Jobs.FollowAsync(await convert.LaunchAsync(request, invocation.Actor, invocation.Jobs.Launch, cancellationToken), cancellationToken));
        }

        return SsoTables.Converted(await convert.HandleAsync(request, invocation.Actor, null, cancellationToken));
    }
}

internal sealed class SsoDeliverVerb(DeliverAccess deliver) : Verb
{
    private readonly Argument<string> _user = new("USER") { Description = "Somebody who is converted.", Arity = ArgumentArity.ExactlyOne };
    private readonly Option<string?> _deliver = new("--deliver") { Description = "reset-email, one-time-link or temporary-password; the way of the first time if left out.", HelpName = "WAY", CompletionSources = { "reset-email", "one-time-link", "temporary-password" } };

    internal override string Path => "sso deliver";

    internal override string Description => "Issues a new way in to somebody who is converted.";

    internal override bool InChat => true;

    internal override IReadOnlyList<string> Examples => ["sso deliver @alice", "sso deliver @alice --deliver one-time-link"];

    internal override void Shape(Command command)
    {
        command.Arguments.Add(_user);
        command.Options.Add(_deliver);
    }

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken) =>
        SsoTables.Converted([await deliver.HandleAsync(invocation.Value(_user)!, invocation.Value(_deliver), invocation.Actor, cancellationToken)]);
}

internal sealed class SsoRevertVerb(RevertAccounts revert) : Verb
{
    private readonly Argument<string[]> _users = new("USER") { Description = "Usernames or e-mail addresses.", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<bool> _all = new("--all") { Description = "Everybody who is converted." };
    private readonly Option<string?> _service = new("--service") { Description = "Only people of this sign-in service.", HelpName = "SERVICE", CompletionSources = { AccountRules.Services } };
    private readonly Option<string?> _file = new("--file") { Description = "A file with one account a line; - reads standard input. Command line only.", HelpName = "FILE" };

    internal override string Path => "sso revert";

    internal override string Description => "Brings converted accounts back to their sign-in service.";

    internal override bool InChat => true;

    internal override IReadOnlyList<string> Examples => ["sso revert @alice", "sso revert --all --service saml"];

    internal override IReadOnlyList<Option> OnHostAlone => [_file];

    internal override void Shape(Command command)
    {
        command.Arguments.Add(_users);
        command.Options.Add(_all);
        command.Options.Add(_service);
        command.Options.Add(_file);
    }

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var users = (invocation.Value(_users) ?? []).Concat(await SsoLists.ReadAsync(invocation.Value(_file), invocation.Actor, cancellationToken)).ToArray();
        var request = new RevertAccountsRequest { Users = users, All = invocation.Value(_all), Service = invocation.Value(_service)?.ToLowerInvariant() };
        return SsoTables.Reverted(await revert.HandleAsync(request, invocation.Actor, null, cancellationToken));
    }
}

internal sealed class SsoReconcileVerb(ReconcileAccounts reconcile) : Verb
{
    private readonly Argument<string[]> _users = new("USER") { Description = "With --repair: only these, by username or e-mail address.", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<bool> _repair = new("--repair") { Description = "End what is back already, and bring back those whom a restored database has converted again." };

    internal override string Path => "sso reconcile";

    internal override string Description => "Compares who should be converted with Mattermost's database and with the ledger.";

    internal override bool InChat => true;

    internal override IReadOnlyList<string> Examples => ["sso reconcile", "sso reconcile --repair", "sso reconcile @alice --repair"];

    internal override void Shape(Command command)
    {
        command.Arguments.Add(_users);
        command.Options.Add(_repair);
    }

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        if (invocation.Value(_repair))
        {
            var mended = await reconcile.RepairAsync(invocation.Value(_users) ?? [], invocation.Actor, cancellationToken);
            return SsoTables.Mended(mended, await reconcile.HandleAsync(invocation.Actor, cancellationToken));
        }

        var drifts = await reconcile.HandleAsync(invocation.Actor, cancellationToken);
        return drifts.Count == 0
            ? Reply.Of("Books, database and ledger agree: nobody is converted, unless a call is working on somebody in this moment (`sso status`).", drifts)
            : new Reply { Table = new ReplyTable(["Account", "What", "Details"], [.. drifts.Select(drift => new[] { drift.Subject, drift.Kind, drift.Message })]), Json = drifts };
    }
}

internal sealed class SsoRecoverVerb(RecoverConversions recover) : Verb
{
    private readonly Option<string?> _repository = new("--repo") { Description = "The repository that holds the ledger; the one of the settings if left out.", HelpName = "URL" };
    private readonly Option<bool> _revert = new("--revert") { Description = "Bring everybody back right away, unless a part of the ledger could not be read." };

    internal override string Path => "sso recover";

    internal override string Description => "Rebuilds the books of an outage from the repository, after this service's state was lost.";

    internal override IReadOnlyList<string> Examples => ["sso recover", "sso recover --revert", "sso recover --repo s3://backups/mattermost"];

    internal override void Shape(Command command)
    {
        command.Options.Add(_repository);
        command.Options.Add(_revert);
    }

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var recovery = await recover.HandleAsync(invocation.Value(_repository), invocation.Actor, cancellationToken);
        var reverts = invocation.Value(_revert) ? await recover.RevertAsync(recovery, invocation.Actor, cancellationToken) : [];
        var text = $"{Words.Count(recovery.Recovered.Count, "account", "accounts")} recovered as converted, {recovery.Known} known already, {recovery.BroughtBack.Count} had their binding already{(recovery.Untouched.Count > 0 ? $", {recovery.Untouched.Count} had not been changed yet" : "")}.";
        var settings = recovery.Settings.Count == 0 ? "" : $"\nSign-in by e-mail was turned on for the outage of {string.Join(" and ", recovery.Settings)}: `sso close` puts it back.";
        var heldBack = invocation.Value(_revert) && recovery.Damaged.Count > 0 ? "\nNobody was brought back: what could not be read may tell of people who were signed off or are back already. Look at the list first." : "";
        var damage = string.Concat(recovery.Damaged.Select(one => $"\n**A ledger object could not be read, so whom it names is not known:** {one}")) + heldBack;
        var shown = SsoTables.Reverted(reverts);
        return new Reply
        {
            Text = text + settings + damage + (reverts.Count > 0 ? $"\n{shown.Text}" : ""),
            Table = reverts.Count > 0 ? shown.Table : SsoTables.Conversions(recovery.Recovered, null, invocation),
            Footer = reverts.Count > 0 || recovery.Recovered.Count + recovery.Known == 0 ? null : "`sso revert --all` brings them back.",
            Json = new { recovery, reverts },
            ExitCode = recovery.Damaged.Count > 0 ? ExitCodes.Partly : shown.ExitCode,
        };
    }
}
