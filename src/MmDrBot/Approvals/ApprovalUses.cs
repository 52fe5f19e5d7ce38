using System.Text.Json;
using MmDrBot.Access;
using MmDrBot.Audit;
using MmDrBot.Data;
using MmDrBot.Jobs;

namespace MmDrBot.Approvals;

/// <summary>
/// Uses approvals up: with the row of the job that they are for, or held by this process until what they are for has ended. One that a
/// process held when it died is good again, so what it is for may run twice, and never without an approval.
/// </summary>
internal sealed class ApprovalUses(ApprovalStore approvals, StateDatabase state, AuditLog audit, TimeProvider time)
{
    /// <exception cref="Refusal">Conflict: somebody was quicker, or it has expired.</exception>
    internal Task UseAsync(StateTransaction transaction, string id, Actor actor, CancellationToken cancellationToken) =>
        UseAsync(transaction, id, null, actor, cancellationToken);

    /// <exception cref="Refusal">Conflict: somebody was quicker, or it has expired.</exception>
    internal Task HoldAsync(string id, Actor actor, CancellationToken cancellationToken) => state.InTransactionAsync(
        (transaction, token) => UseAsync(transaction, id, JsonSerializer.Serialize(ProcessIdentity.Current), actor, token), cancellationToken);

    /// <summary>What it was used for has ended.</summary>
    internal async Task SettleAsync(string id)
    {
        try
        {
            await state.InTransactionAsync((transaction, token) => ApprovalStore.SettleAsync(transaction, id, token), CancellationToken.None);
        }
        catch (Refusal unavailable) when (unavailable.Reason is RefusalReason.Unavailable)
        {
            // What was done is done. At worst the approval is good for the rest of its hour, once this process has ended.
        }
    }

    /// <summary>What it was used for did not begin.</summary>
    internal Task GiveBackAsync(string id, Actor actor) => state.InTransactionAsync(
        (transaction, token) => GiveBackAsync(transaction, id, "refused", actor, token), CancellationToken.None);

    /// <summary>Gives back what is held by processes that are gone; again and again does no harm.</summary>
    internal async Task GiveBackLostAsync(StateTransaction transaction, Actor actor, CancellationToken cancellationToken)
    {
        foreach (var held in await approvals.ListHeldAsync(transaction, cancellationToken))
        {
            if (JsonSerializer.Deserialize<ProcessIdentity>(held.Holder!)!.IsProvenDead())
            {
                await GiveBackAsync(transaction, held.Id, "interrupted", actor, cancellationToken);
            }
        }
    }

    private async Task UseAsync(StateTransaction transaction, string id, string? holder, Actor actor, CancellationToken cancellationToken)
    {
        if (!await approvals.TryUseAsync(transaction, id, holder, cancellationToken))
        {
            throw new Refusal(RefusalReason.Conflict, $"The approval {id} was used in this moment, or has expired.", "Ask again.");
        }

        var used = await approvals.GetAsync(transaction, id, cancellationToken);
        await RecordAsync(transaction, actor, "approval.used", id, new { operation = EnumText.Of(used!.Operation), approvedBy = used.DecidedBy, used.Summary }, cancellationToken);
    }

    private async Task GiveBackAsync(StateTransaction transaction, string id, string why, Actor actor, CancellationToken cancellationToken)
    {
        if (await ApprovalStore.TryGiveBackAsync(transaction, id, cancellationToken))
        {
            await RecordAsync(transaction, actor, "approval.given_back", id, new { why }, cancellationToken);
        }
    }

    private Task RecordAsync(StateTransaction transaction, Actor actor, string action, string id, object detail, CancellationToken cancellationToken) =>
        audit.AppendAsync(transaction, AuditEntry.By(actor, time.GetUtcNow(), action, id, AuditOutcome.Succeeded) with { DetailJson = JsonSerializer.Serialize(detail, JsonSerializerOptions.Web) }, cancellationToken);
}
