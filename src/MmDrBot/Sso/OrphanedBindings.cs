using MmDrBot.Access;
using MmDrBot.Protection;

namespace MmDrBot.Sso;

/// <summary>
/// A call that dies between its ledger object and its rows leaves bindings that nobody has in the books. Nothing was changed, but a
/// recovery after years would take such an account for a converted one.
/// </summary>
internal sealed class OrphanedBindings(RepositoryProvider repositories, ConversionLedger ledger, ConversionStore conversions, AccountDirectory accounts)
{
    /// <summary>Ends those of a closed outage, to which no call can add rows any more, whose accounts have the binding still.</summary>
    internal async Task EndAsync(string outageId, Actor actor, CancellationToken cancellationToken)
    {
        // What could not be read stays open, and is told by a recovery.
        var open = await ConversionLedger.ReadOpenAsync(await repositories.OpenAsync(cancellationToken), _ => { }, cancellationToken);
        var orphans = new List<OpenBinding>();
        foreach (var binding in open.Where(binding => binding.Record.Outage!.Id == outageId))
        {
            if (await conversions.FindAsync(binding.Binding.ConversionId, cancellationToken) is null)
            {
                orphans.Add(binding);
            }
        }

        var found = (await accounts.GetAllAsync([.. orphans.Select(orphan => orphan.Binding.UserId)], cancellationToken)).ToDictionary(account => account.Id);
        var untouched = orphans.Where(orphan => found.GetValueOrDefault(orphan.Binding.UserId)?.IsBoundTo(orphan.Binding.AuthService, orphan.Binding.AuthData) is true);
        await ledger.WriteEndsAsync(actor, untouched.Select(orphan => (LedgerBindings.ToConversion(orphan, ConversionState.Planned), ConversionState.RolledBack, (string?)"the call ended before anything was changed")), cancellationToken);
    }
}
