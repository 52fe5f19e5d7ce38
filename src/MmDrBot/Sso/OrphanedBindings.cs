using MmDrBot.Access;
using MmDrBot.Protection;

namespace MmDrBot.Sso;

/// <summary>
/// A call that dies between its ledger object and its rows leaves bindings that nobody has in the books. Nothing was changed, but a
/// recovery after years would take such an account for a converted one.
/// </summary>
internal sealed class OrphanedBindings(RepositoryProvider repositories, ConversionLedger ledger, ConversionStore conversions, AccountDirectory accounts)
{
    /// <summary>
    /// Ends those of a closed outage, to which no call can add rows any more, whose accounts do not sign in with a password, or have had a
    /// conversion since then that has ended: that one's end counts, such as a sign-off.
    /// </summary>
    internal async Task EndAsync(string outageId, Actor actor, CancellationToken cancellationToken)
    {
        // What could not be read stays open, and is told by a recovery.
        var over = (await FindAsync(record => record.Outage!.Id == outageId, _ => { }, cancellationToken)).Where(orphan => orphan.IsOver).Select(orphan => orphan.Binding);
        await ledger.WriteEndsAsync(actor, over.Select(orphan => (LedgerBindings.ToConversion(orphan, ConversionState.Planned), ConversionState.RolledBack, (string?)"the call ended before anything was changed")), cancellationToken);
    }

    /// <summary>Who is converted by the ledger and by Mattermost's database, and is not in the books: our state was lost, or is of an earlier time.</summary>
    /// <param name="service">Of which service, in whichever outage: books that were lost do not know its id; null: of any.</param>
    /// <param name="onDamage">Gets a sentence for each ledger object that could not be read.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>One binding an account.</returns>
    internal async Task<IReadOnlyList<LedgerBinding>> ConvertedAsync(string? service, Action<string> onDamage, CancellationToken cancellationToken)
    {
        var orphans = (await FindAsync(record => service is null || record.Outage!.Service == service, onDamage, cancellationToken)).Where(orphan => !orphan.IsOver).Select(orphan => orphan.Binding.Binding).ToArray();

        // Somebody whom a later call converted is in the books by that.
        var known = (await conversions.ListOpenAsync(null, cancellationToken)).Select(conversion => conversion.UserId).ToHashSet();
        return [.. orphans.Where(binding => !known.Contains(binding.UserId)).DistinctBy(binding => binding.UserId)];
    }

    private async Task<IReadOnlyList<(OpenBinding Binding, bool IsOver)>> FindAsync(Func<LedgerRecord, bool> isMeant, Action<string> onDamage, CancellationToken cancellationToken)
    {
        var open = await ConversionLedger.ReadOpenAsync(await repositories.OpenAsync(cancellationToken), onDamage, cancellationToken);
        var meant = open.Where(binding => isMeant(binding.Record)).ToArray();
        var inBooks = await conversions.IdsAsync(cancellationToken);
        var orphans = meant.Where(binding => !inBooks.Contains(binding.Binding.ConversionId)).ToArray();
        var found = (await accounts.GetAllAsync([.. orphans.Select(orphan => orphan.Binding.UserId)], cancellationToken)).ToDictionary(account => account.Id);
        var later = (await conversions.ListNewestAsync(cancellationToken)).Where(one => !one.IsOpen).ToDictionary(one => one.UserId);
        return [.. orphans.Select(orphan => (orphan, found.GetValueOrDefault(orphan.Binding.UserId) is not { UsesPassword: true } || later.GetValueOrDefault(orphan.Binding.UserId)?.CreatedAt >= orphan.Record.At))];
    }
}
