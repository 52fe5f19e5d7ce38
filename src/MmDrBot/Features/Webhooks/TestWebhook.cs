using MmDrBot.Access;
using MmDrBot.Audit;
using MmDrBot.Data;
using MmDrBot.Webhooks;

namespace MmDrBot.Features.Webhooks;

/// <summary>Calls a webhook now and waits for what comes of it. One that was turned off is on again once it answers.</summary>
internal sealed class TestWebhook(WebhookStore webhooks, WebhookOutbox outbox, WebhookAttempts attempts, StateDatabase state, AuditLog audit, TimeProvider time)
{
    public async Task<DeliveryView> HandleAsync(string nameOrId, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ManageWebhooks);
        var webhook = await webhooks.GetAsync(nameOrId, cancellationToken);
        var owner = $"test {Reference.New()}";
        var delivery = await state.InTransactionAsync(
            async (transaction, token) =>
            {
                var now = time.GetUtcNow();
                var added = await outbox.AddAsync(transaction, webhook, new WebhookEvent(WebhookEvents.Test, new { webhook = webhook.Id, name = webhook.Name }), token);
                await DeliveryStore.ClaimAsync(transaction, added.Id, owner, now, now + attempts.Lease, token);
                await audit.AppendAsync(transaction, AuditEntry.By(actor, now, "webhook.tested", webhook.Name, AuditOutcome.Succeeded), token);
                return added;
            },
            cancellationToken);
        return DeliveryView.Of(await attempts.MakeAsync(delivery, owner, cancellationToken));
    }
}
