using MmDrBot.Access;
using MmDrBot.Sso;

namespace MmDrBot.Features.Outages;

/// <summary>
/// Compares the conversions with Mattermost's database and with the ledger. A restored database is one of an earlier time: accounts that were reverted since
/// are converted in it again, and nobody would remember them.
/// </summary>
internal sealed class ReconcileAccounts(
    CompareBooks books, CompareLedger ledger, ConversionNames people, AccountReverter reverter, AbandonedWork abandoned, ConversionReopener reopener)
{
    /// <summary>Only looks.</summary>
    public Task<IReadOnlyList<Drift>> HandleAsync(Actor actor, CancellationToken cancellationToken) => HandleAsync(withLedger: true, actor, cancellationToken);

    /// <param name="withLedger">Whether the ledger is read too, which takes a look into each of its objects.</param>
    /// <param name="actor">Who asks.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    internal async Task<IReadOnlyList<Drift>> HandleAsync(bool withLedger, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ViewStatus);
        return [.. (await books.CompareAsync(cancellationToken)).Select(pair => pair.Drift), .. withLedger ? await ledger.CompareAsync(cancellationToken) : []];
    }

    /// <summary>Ends what is back already, and brings back those that a restore of the database took to their passwords again.</summary>
    /// <param name="users">Usernames, e-mail addresses or ids of those alone who are looked at; none: everybody.</param>
    /// <param name="actor">Who asks.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<IReadOnlyList<RevertView>> RepairAsync(IReadOnlyCollection<string> users, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ManageOutages);
        if (users.Any(string.IsNullOrWhiteSpace))
        {
            throw new Refusal(RefusalReason.Invalid, "A name in the list is empty.");
        }

        await abandoned.ResumeAsync(cancellationToken);
        var drifts = await books.CompareAsync(cancellationToken);
        if (users.Count > 0)
        {
            var named = (await people.FindAsync([.. drifts.Select(pair => pair.Conversion)], [.. users.Select(ConversionNames.Plain)], cancellationToken)).Values;
            drifts = [.. drifts.Where(pair => named.Contains(pair.Conversion))];
        }

        var wanted = drifts.Where(pair => pair.Drift.Kind == "already_back").Select(pair => pair.Conversion).ToList();
        var rewound = drifts.Where(pair => pair.Drift.IsRewound).Select(pair => pair.Conversion).ToArray();
        wanted.AddRange(await reopener.ReopenAsync(rewound, "The database was restored from before the way back, or somebody converted it by hand.", actor, cancellationToken));
        return [.. (await reverter.RevertAsync(wanted, actor, null, cancellationToken)).Select(RevertView.Of)];
    }
}
