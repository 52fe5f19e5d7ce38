using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using MmDrBot.Access;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Approvals;

internal sealed class ApprovalsVerb(ListApprovals list) : Verb
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly Argument<string?> _id = new("ID") { Description = "Only this one, with everything that would run.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<bool> _all = new("--all") { Description = "Those that are over too." };
    private readonly ShortList _list = new();

    internal override string Path => "approvals";

    internal override string Description => "Lists what waits for a second person.";

    internal override bool InChat => true;

    internal override IReadOnlyList<string> Examples => ["approvals", "approvals ap-7k2m9qx4ta", "approvals --all"];

    internal override void Shape(Command command)
    {
        command.Arguments.Add(_id);
        command.Options.Add(_all);
        _list.AddTo(command);
    }

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        if (invocation.Value(_id) is { } id)
        {
            var one = await list.GetAsync(id, invocation.Actor, cancellationToken);
            return new Reply { Text = $"{one.Summary}\nAsked by {one.RequestedBy}, {one.State}.", Raw = one.Request?.ToJsonString(Indented), Json = one };
        }

        var all = await list.HandleAsync(invocation.Value(_all), invocation.Actor, cancellationToken);
        var (found, words) = (_list.Of(all, invocation), invocation.Value(_all) ? "approvals --all" : "approvals");
        var hints = new[] { ShortList.Rest(all.Count, found.Count, words), found.Any(one => one.State == "waiting") ? "`approve ID` or `deny ID`; never one's own." : null }.OfType<string>();
        return new Reply
        {
            Text = found.Count == 0 ? "Nothing waits for a second person." : null,
            Table = found.Count == 0 ? null : new ReplyTable(["Request", "State", "What", "Asked by", "Until"], [.. found.Select(one => new[] { one.Id, one.State, one.Summary, one.RequestedBy, Words.Time(one.ExpiresAt) })]),
            Footer = string.Join(' ', hints) is { Length: > 0 } footer ? footer : null,
            Buttons = ShortList.More(all.Count, found.Count, words, Permission.ViewStatus),
            Json = found,
        };
    }
}

internal sealed class ApproveVerb(DecideApproval decide) : Verb
{
    private readonly Argument<string> _id = new("ID") { Description = "The request, as `approvals` shows it.", Arity = ArgumentArity.ExactlyOne };
    private readonly Option<string?> _code = new("--code") { Description = "The six digits of your authenticator; needed in chat.", HelpName = "DIGITS" };

    internal override string Path => "approve";

    internal override string Description => "Approves what another person asked for.";

    internal override bool InChat => true;

    internal override IReadOnlyList<string> Examples => ["approve ap-7k2m9qx4ta --code 123456"];

    internal override void Shape(Command command)
    {
        command.Arguments.Add(_id);
        command.Options.Add(_code);
    }

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var view = await decide.ApproveAsync(invocation.Value(_id)!, invocation.Value(_code), invocation.Actor, cancellationToken);
        return Reply.Of($"Approved: {view.Summary}\n{view.RequestedBy} repeats the request within the hour, and it runs.", view);
    }
}

internal sealed class DenyVerb(DecideApproval decide) : Verb
{
    private readonly Argument<string> _id = new("ID") { Description = "The request, as `approvals` shows it.", Arity = ArgumentArity.ExactlyOne };
    private readonly Option<string?> _reason = new("--reason") { Description = "Why, in one line.", HelpName = "TEXT" };

    internal override string Path => "deny";

    internal override string Description => "Denies what another person asked for, or takes back one's own request.";

    internal override bool InChat => true;

    internal override IReadOnlyList<string> Examples => ["deny ap-7k2m9qx4ta --reason \"not before the backup\""];

    internal override void Shape(Command command)
    {
        command.Arguments.Add(_id);
        command.Options.Add(_reason);
    }

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var view = await decide.DenyAsync(invocation.Value(_id)!, invocation.Value(_reason), invocation.Actor, cancellationToken);
        return Reply.Of($"Denied: {view.Summary}", view);
    }
}
