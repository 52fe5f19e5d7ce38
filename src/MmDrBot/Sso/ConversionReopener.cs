using MmDrBot.Access;
using MmDrBot.Audit;
using MmDrBot.Data;
using MmDrBot.Jobs;

namespace MmDrBot.Sso;

/// <summary>Puts an account that is converted although the books say otherwise back into them, ledger first.</summary>
internal sealed class ConversionReopener(OutageStore outages, ConversionStore conversions, ConversionLedger ledger, StateDatabase state, AuditLog audit, TimeProvider time)
{
    /// <exception cref="Refusal">Conflict: it has an open conversion by now.</exception>
    internal async Task<Conversion> ReopenAsync(Conversion old, string why, Actor actor, CancellationToken cancellationToken)
    {
        var outage = await outages.FindAsync(old.OutageId, cancellationToken) ?? throw new InvalidOperationException($"Conversion {old.Id} belongs to no outage.");
        var now = time.GetUtcNow();
        var reopened = old with { Id = JobId.New(now), State = ConversionState.Converted, RequestedBy = actor.Name, CreatedAt = now, ConvertedAt = now, ExpiresAt = null, EndedAt = null, EndedBy = null, Problem = why };
        reopened = reopened with { LedgerId = await ledger.WriteBindingsAsync(actor, outage, [LedgerBindings.Of(reopened)], cancellationToken) };
        await state.InTransactionAsync(
            async (transaction, token) =>
            {
                reopened = reopened with { OutageId = await outages.EnsureOpenAsync(transaction, outage, token) };
                if (!await conversions.TryInsertAsync(transaction, reopened, null, token))
                {
                    throw new Refusal(RefusalReason.Conflict, $"@{old.Username} is being worked on by another call.", "Reconcile again in a moment.");
                }

                await audit.AppendAsync(transaction, AuditEntry.By(actor, now, "account.conversion_reopened", old.Username, AuditOutcome.Succeeded) with { DetailJson = SsoAudit.Detail(reopened, why) }, token);
            },
            cancellationToken);
        return reopened;
    }
}
