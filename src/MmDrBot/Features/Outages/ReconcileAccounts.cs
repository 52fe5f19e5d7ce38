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
    public async Task<IReadOnlyList<Drift>> HandleAsync(Actor actor, CancellationToken cancellationToken) =>
        [.. await CompareBooksAsync(actor, cancellationToken), .. await ledger.CompareAsync(null, cancellationToken)];

    /// <summary>Does not read the ledger, which takes a look into each of its objects.</summary>
    internal async Task<IReadOnlyList<Drift>> CompareBooksAsync(Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ViewStatus);
        return [.. (await books.CompareAsync(cancellationToken)).Select(pair => pair.Drift)];
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
        string[] names = [.. users.Select(ConversionNames.Plain).Distinct()];
        var fitting = names.Length == 0 ? null : await people.FindAsync([.. drifts.Select(pair => pair.Conversion)], names, cancellationToken);
        if (fitting is not null)
        {
            var named = fitting.Values.Select(one => one.Id).ToHashSet();
            drifts = [.. drifts.Where(pair => named.Contains(pair.Conversion.Id))];
        }

        var wanted = drifts.Where(pair => pair.Drift.Kind == "already_back").Select(pair => pair.Conversion).ToList();
        var rewound = drifts.Where(pair => pair.Drift.IsRewound).Select(pair => pair.Conversion).ToArray();
        wanted.AddRange(await reopener.ReopenAsync(rewound, "The database was restored from before the way back, or somebody converted it by hand.", actor, cancellationToken));
        var mended = (await reverter.RevertAsync(wanted, actor, null, cancellationToken)).Select(RevertView.Of).ToArray();
        var touched = mended.Select(one => one.UserId).ToHashSet();
        return
        [
            .. mended,
            .. fitting is null ? [] : drifts.Where(pair => !touched.Contains(pair.Drift.UserId)).Select(pair => new RevertView(pair.Drift.Username, pair.Drift.UserId, pair.Conversion.Id, "not_mended", pair.Drift.Message)),
            .. names.Where(name => !fitting!.ContainsKey(name)).Select(name => new RevertView(name, "", "", "not_mended", $"There is nothing to mend about {name}: by the books and the database it is as it should be, or no conversion fits it.")),
        ];
    }
}
