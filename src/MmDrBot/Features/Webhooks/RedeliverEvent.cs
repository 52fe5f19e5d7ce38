using MmDrBot.Access;
using MmDrBot.Audit;
using MmDrBot.Data;
using MmDrBot.Webhooks;

namespace MmDrBot.Features.Webhooks;

/// <summary>Sends an event once more, with the same id, so that a receiver that has it already can tell.</summary>
internal sealed class RedeliverEvent(DeliveryStore deliveries, WebhookStore webhooks, WebhookOutbox outbox, StateDatabase state, AuditLog audit, TimeProvider time)
{
    public async Task<DeliveryView> HandleAsync(string id, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ManageWebhooks);
        var delivery = await deliveries.GetAsync(id, cancellationToken);
        var webhook = await webhooks.GetAsync(delivery.WebhookId, cancellationToken);
        if (webhook.DisabledAt is not null)
        {
            throw new Refusal(RefusalReason.Conflict, $"Webhook {webhook.Name} is turned off: {webhook.DisabledReason}.", $"`webhook test {webhook.Name}` turns it on once it answers.");
        }

        var now = time.GetUtcNow();
        await state.InTransactionAsync(
            async (transaction, token) =>
            {
                await DeliveryStore.AgainAsync(transaction, delivery.Id, now, token);
                await audit.AppendAsync(transaction, AuditEntry.By(actor, now, "webhook.redelivered", webhook.Name, AuditOutcome.Succeeded), token);
                transaction.AfterCommit(outbox.Signal);
            },
            cancellationToken);
        return DeliveryView.Of(await deliveries.GetAsync(delivery.Id, cancellationToken));
    }
}
