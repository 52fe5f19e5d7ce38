using MmDrBot.Access;
using MmDrBot.Audit;
using MmDrBot.Data;
using MmDrBot.Jobs;

namespace MmDrBot.Sso;

/// <summary>Puts accounts that are converted although the books say otherwise back into them, ledger first: one object and one transaction a batch.</summary>
internal sealed class ConversionReopener(OutageStore outages, ConversionStore conversions, ConversionLedger ledger, StateDatabase state, AuditLog audit, TimeProvider time)
{
    private const int Batch = 100;

    /// <returns>Those that are in the books again; an account that has an open conversion by now is left to whoever made it.</returns>
    internal async Task<IReadOnlyList<Conversion>> ReopenAsync(IReadOnlyList<Conversion> old, string why, Actor actor, CancellationToken cancellationToken)
    {
        var reopened = new List<Conversion>();
        foreach (var group in old.GroupBy(conversion => conversion.OutageId))
        {
            var outage = await outages.FindAsync(group.Key, cancellationToken) ?? throw new InvalidOperationException($"There is no outage {group.Key} of conversion {group.First().Id}.");
            foreach (var batch in group.Chunk(Batch))
            {
                reopened.AddRange(await ReopenAsync(outage, batch, why, actor, cancellationToken));
            }
        }

        return reopened;
    }

    private async Task<IReadOnlyList<Conversion>> ReopenAsync(Outage outage, IReadOnlyList<Conversion> old, string why, Actor actor, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        Conversion[] drafts = [.. old.Select(one => one with { Id = TimedId.New(now), State = ConversionState.Converted, RequestedBy = actor.Name, CreatedAt = now, ConvertedAt = now, ExpiresAt = null, EndedAt = null, EndedBy = null, Problem = why })];
        var ledgerId = await ledger.WriteBindingsAsync(actor, outage, [.. drafts.Select(draft => LedgerBindings.Of(draft))], cancellationToken);
        var reopened = await state.InTransactionAsync((transaction, token) => InsertAsync(transaction, outage, [.. drafts.Select(draft => draft with { LedgerId = ledgerId })], why, actor, token), cancellationToken);

        // Our ledger entry of somebody whom another call converts must not outlive theirs.
        var inserted = reopened.Select(one => one.Id).ToHashSet();
        await ledger.WriteEndsAsync(actor, drafts.Where(draft => !inserted.Contains(draft.Id)).Select(draft => (draft, ConversionState.RolledBack, (string?)"converted by another call")), CancellationToken.None);
        return reopened;
    }

    private async Task<IReadOnlyList<Conversion>> InsertAsync(StateTransaction transaction, Outage outage, IReadOnlyList<Conversion> drafts, string why, Actor actor, CancellationToken cancellationToken)
    {
        var (open, isReopened) = await outages.EnsureOpenAsync(transaction, outage, cancellationToken);
        var inserted = new List<Conversion>();
        foreach (var draft in drafts.Select(draft => draft with { OutageId = open }))
        {
            if (await conversions.TryInsertAsync(transaction, draft, null, cancellationToken))
            {
                inserted.Add(draft);
            }
        }

        if (isReopened)
        {
            await audit.AppendAsync(transaction, SsoAudit.Reopened(actor, time.GetUtcNow(), outage), cancellationToken);
        }

        await audit.AppendAsync(transaction, [.. inserted.Select(one => AuditEntry.By(actor, time.GetUtcNow(), "account.conversion_reopened", one.Username, AuditOutcome.Succeeded) with { DetailJson = SsoAudit.Detail(one, why) })], cancellationToken);
        return inserted;
    }
}
