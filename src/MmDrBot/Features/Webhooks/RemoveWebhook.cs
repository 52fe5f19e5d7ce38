using MmDrBot.Access;
using MmDrBot.Audit;
using MmDrBot.Data;
using MmDrBot.Webhooks;

namespace MmDrBot.Features.Webhooks;

/// <summary>Takes a webhook away, with its deliveries.</summary>
internal sealed class RemoveWebhook(WebhookStore webhooks, StateDatabase state, AuditLog audit, TimeProvider time)
{
    public async Task<WebhookView> HandleAsync(string nameOrId, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ManageWebhooks);
        var webhook = await webhooks.GetAsync(nameOrId, cancellationToken);
        await state.InTransactionAsync(
            async (transaction, token) =>
            {
                if (await WebhookStore.DeleteAsync(transaction, webhook.Id, token))
                {
                    await audit.AppendAsync(transaction, AuditEntry.By(actor, time.GetUtcNow(), "webhook.removed", webhook.Name, AuditOutcome.Succeeded), token);
                }
            },
            cancellationToken);
        return WebhookView.Of(webhook);
    }
}
