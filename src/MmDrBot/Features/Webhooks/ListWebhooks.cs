using MmDrBot.Access;
using MmDrBot.Webhooks;

namespace MmDrBot.Features.Webhooks;

/// <summary>Shows the webhooks, and what was and will be delivered to them.</summary>
internal sealed class ListWebhooks(WebhookStore webhooks, DeliveryStore deliveries)
{
    public async Task<IReadOnlyList<WebhookView>> HandleAsync(Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ManageWebhooks);
        return [.. (await webhooks.ListAsync(cancellationToken)).Select(WebhookView.Of)];
    }

    /// <summary>Newest first; of one webhook, or of all.</summary>
    public async Task<IReadOnlyList<DeliveryView>> DeliveriesAsync(string? webhook, int limit, string? before, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ManageWebhooks);
        var id = webhook is null ? null : (await webhooks.GetAsync(webhook, cancellationToken)).Id;
        return [.. (await deliveries.ListAsync(id, limit, before, cancellationToken)).Select(DeliveryView.Of)];
    }
}
