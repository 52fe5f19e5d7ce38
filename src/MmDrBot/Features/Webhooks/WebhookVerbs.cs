using System.CommandLine;
using MmDrBot.Verbs;
using MmDrBot.Webhooks;

namespace MmDrBot.Features.Webhooks;

internal sealed class WebhookAddVerb(AddWebhook add) : Verb
{
    private static readonly string[] Events = [.. WebhookEvents.Names, WebhookEvents.All];
    private readonly Argument<string> _url = new("URL") { Description = "What is called, http or https. Its host has to be public, or in a network that the settings allow.", Arity = ArgumentArity.ExactlyOne };
    private readonly Option<string[]> _events = new("--events") { Description = $"For which events: {string.Join(", ", WebhookEvents.Names)}. Several by blanks or commas; without, all.", HelpName = "EVENT", AllowMultipleArgumentsPerToken = true };
    private readonly Option<string?> _name = new("--name") { Description = "What to call it. Without, the host.", HelpName = "NAME" };

    internal override string Path => "webhook add";

    internal override string Description => "Has an address called when something happens, and prints the key of the signatures, once.";

    internal override string Details => "docs/webhooks.md has the events, their documents, and how a receiver checks the signature.";

    internal override IReadOnlyList<string> Examples => ["webhook add https://example.org/hooks/mmdr", "webhook add https://example.org/hooks/mmdr --events job.finished,restore_point.damaged --name pager"];

    internal override void Shape(Command command)
    {
        _events.CompletionSources.Add(Events);
        command.Arguments.Add(_url);
        command.Options.Add(_events);
        command.Options.Add(_name);
    }

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var events = (invocation.Value(_events) ?? []).SelectMany(text => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).ToArray();
        var added = await add.HandleAsync(new AddWebhookRequest(invocation.Value(_url)!, events, invocation.Value(_name)), invocation.Actor, cancellationToken);
        return Reply.Of($"Webhook **{added.Webhook.Name}** is added. The key of its signatures, shown this once:\n\n    {added.Secret}\n\n`mmdr webhook test {added.Webhook.Name}` tries it.", new { webhook = added.Webhook, secret = added.Secret });
    }
}

internal sealed class WebhookListVerb(ListWebhooks list) : Verb
{
    internal override string Path => "webhook list";

    internal override string Description => "Lists what is called when something happens.";

    internal override IReadOnlyList<string> Examples => ["webhook list"];

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var webhooks = await list.HandleAsync(invocation.Actor, cancellationToken);
        return new Reply
        {
            Text = webhooks.Count == 0 ? "There is no webhook. `webhook add URL` adds one." : null,
            Table = webhooks.Count == 0 ? null : new ReplyTable(["Webhook", "URL", "Events", "State"], [.. webhooks.Select(webhook => new[] { webhook.Name, webhook.Url, string.Join(" ", webhook.Events), StateOf(webhook) })]),
            Json = webhooks,
        };
    }

    private static string StateOf(WebhookView webhook) => webhook.State switch
    {
        "off" => $"off: {webhook.DisabledReason}",
        "failing" => $"failing since {Words.Time(webhook.FailingSince!.Value)}",
        _ => "on",
    };
}

internal sealed class WebhookRemoveVerb(RemoveWebhook remove) : Verb
{
    private readonly Argument<string> _webhook = new("WEBHOOK") { Description = "Its name or id.", Arity = ArgumentArity.ExactlyOne };

    internal override string Path => "webhook remove";

    internal override string Description => "Takes a webhook away, with the log of its deliveries.";

    internal override IReadOnlyList<string> Examples => ["webhook remove pager"];

    internal override void Shape(Command command) => command.Arguments.Add(_webhook);

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var removed = await remove.HandleAsync(invocation.Value(_webhook)!, invocation.Actor, cancellationToken);
        return Reply.Of($"Webhook **{removed.Name}** is removed.", new { removed = removed.Id });
    }
}
