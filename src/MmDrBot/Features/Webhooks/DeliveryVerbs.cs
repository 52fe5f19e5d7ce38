using System.CommandLine;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Webhooks;

internal sealed class WebhookTestVerb(TestWebhook test) : Verb
{
    private readonly Argument<string> _webhook = new("WEBHOOK") { Description = "Its name or id.", Arity = ArgumentArity.ExactlyOne };

    internal override string Path => "webhook test";

    internal override string Description => "Calls a webhook now, and says what came of it; turns one on that was turned off.";

    internal override IReadOnlyList<string> Examples => ["webhook test pager"];

    internal override void Shape(Command command) => command.Arguments.Add(_webhook);

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var delivery = await test.HandleAsync(invocation.Value(_webhook)!, invocation.Actor, cancellationToken);
        var good = delivery.State == "delivered";
        return new Reply
        {
            Text = good ? $"It answered {delivery.LastStatus} after {delivery.LastMilliseconds} ms." : $"It did not take the call: {delivery.LastError ?? $"status {delivery.LastStatus}. {delivery.LastAnswer}".Trim()}",
            Json = delivery,
            ExitCode = good ? ExitCodes.Ok : ExitCodes.Failed,
            IsFailure = !good,
        };
    }
}

internal sealed class WebhookDeliveriesVerb(ListWebhooks list) : Verb
{
    private readonly Argument<string?> _webhook = new("WEBHOOK") { Description = "Its name or id; without, those of all.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<int> _limit = new("--limit") { Description = "How many, at most 200.", DefaultValueFactory = _ => 20, HelpName = "N" };

    internal override string Path => "webhook deliveries";

    internal override string Description => "Lists what was sent and what came of it, newest first; kept for 30 days.";

    internal override IReadOnlyList<string> Examples => ["webhook deliveries", "webhook deliveries pager --limit 50"];

    internal override void Shape(Command command)
    {
        command.Arguments.Add(_webhook);
        command.Options.Add(_limit);
    }

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var deliveries = await list.DeliveriesAsync(invocation.Value(_webhook), Math.Clamp(invocation.Value(_limit), 1, 200), null, invocation.Actor, cancellationToken);
        return new Reply
        {
            Text = deliveries.Count == 0 ? "Nothing was sent yet." : null,
            Table = deliveries.Count == 0 ? null : new ReplyTable(["Delivery", "Event", "State", "Tries", "Last", "Outcome"], [.. deliveries.Select(Row)]),
            Json = deliveries,
        };
    }

    private static IReadOnlyList<string> Row(DeliveryView delivery) =>
    [
        delivery.Id, delivery.Event, delivery.NextAt is { } next && delivery.Attempts > 0 ? $"again {Words.Time(next)}" : delivery.State, delivery.Attempts.ToString(System.Globalization.CultureInfo.InvariantCulture),
        delivery.LastAt is { } last ? Words.Time(last) : "", delivery.LastError ?? (delivery.LastStatus is { } status ? $"{status} in {delivery.LastMilliseconds} ms" : ""),
    ];
}

internal sealed class WebhookRedeliverVerb(RedeliverEvent redeliver) : Verb
{
    private readonly Argument<string> _delivery = new("DELIVERY") { Description = "The delivery's id, or the first characters of it.", Arity = ArgumentArity.ExactlyOne };

    internal override string Path => "webhook redeliver";

    internal override string Description => "Has the service send an event once more, with the same id.";

    internal override IReadOnlyList<string> Examples => ["webhook redeliver 7k2m9q"];

    internal override void Shape(Command command) => command.Arguments.Add(_delivery);

    internal override async Task<Reply> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var delivery = await redeliver.HandleAsync(invocation.Value(_delivery)!, invocation.Actor, cancellationToken);
        return Reply.Of($"Delivery `{delivery.Id}` is sent again by the service within seconds.", delivery);
    }
}
