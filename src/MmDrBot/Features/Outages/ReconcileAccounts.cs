using MmDrBot.Access;
using MmDrBot.Sso;

namespace MmDrBot.Features.Outages;

/// <summary>Where our books and Mattermost's database part.</summary>
/// <param name="Username">The account.</param>
/// <param name="UserId">Its id.</param>
/// <param name="Kind">`straggler`, `already_back`, `changed_outside`, `account_gone` or `rewound`.</param>
/// <param name="Message">What is so, and the cure.</param>
internal sealed record Drift(string Username, string UserId, string Kind, string Message);

/// <summary>
/// Compares the conversions with Mattermost's database. A restored database is one of an earlier time: accounts that were reverted since
/// are converted in it again, and nobody would remember them.
/// </summary>
internal sealed class ReconcileAccounts(
    ConversionStore conversions, AccountDirectory accounts, AccountReverter reverter, AbandonedWork abandoned, ConversionReopener reopener)
{
    /// <summary>Only looks.</summary>
    public async Task<IReadOnlyList<Drift>> HandleAsync(Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ViewStatus);
        return [.. (await CompareAsync(cancellationToken)).Select(pair => pair.Drift)];
    }

    /// <summary>Ends what is back already, and brings back those that a restore of the database took to their passwords again.</summary>
    public async Task<IReadOnlyList<RevertView>> RepairAsync(Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ManageOutages);
        await abandoned.ResumeAsync(cancellationToken);
        var drifts = await CompareAsync(cancellationToken);
        var wanted = drifts.Where(pair => pair.Drift.Kind == "already_back").Select(pair => pair.Conversion).ToList();
        var rewound = drifts.Where(pair => pair.Drift.Kind == "rewound").Select(pair => pair.Conversion).ToArray();
        wanted.AddRange(await reopener.ReopenAsync(rewound, "The database was restored from before the way back, or somebody converted it by hand.", actor, cancellationToken));
        return [.. (await reverter.RevertAsync(wanted, actor, null, cancellationToken)).Select(RevertView.Of)];
    }

    // Books and database can't be read in one moment: an account that is on its way between them, or was while we looked, is no drift.
    private async Task<IReadOnlyList<(Drift Drift, Conversion Conversion)>> CompareAsync(CancellationToken cancellationToken)
    {
        var newest = (await conversions.ListNewestAsync(cancellationToken)).Where(one => one.State is not (ConversionState.Planned or ConversionState.Reverting)).ToArray();
        var found = (await accounts.GetAllAsync([.. newest.Select(one => one.UserId)], cancellationToken)).ToDictionary(account => account.Id);
        var unmoved = (await conversions.ListNewestAsync(cancellationToken)).Select(one => (one.Id, one.State)).ToHashSet();
        return [.. from one in newest
                   where unmoved.Contains((one.Id, one.State))
                   let drift = DriftOf(one, found.GetValueOrDefault(one.UserId))
                   where drift is not null
                   orderby one.Username
                   select (drift, one)];
    }

    private static Drift? DriftOf(Conversion conversion, MattermostAccount? account)
    {
        Drift Of(string kind, string message) => new(conversion.Username, conversion.UserId, kind, $"@{conversion.Username} {message}");
        if (!conversion.IsOpen)
        {
            return account is { UsesPassword: true } && conversion.State is not ConversionState.SignedOff
                ? Of("rewound", "signs in with a password, though the books say that it has its binding: the database was restored from before the way back, or somebody converted it by hand. `sso reconcile --repair` brings it back.")
                : null;
        }

        return account switch
        {
            null => Of("account_gone", "does not exist any more. `sso sign-off` takes it out of the books."),
            { UsesPassword: true } => Of("straggler", $"is converted since {conversion.ConvertedAt ?? conversion.CreatedAt:yyyy-MM-dd HH:mm} UTC (ticket {conversion.Ticket}). `sso revert @{conversion.Username}` brings it back."),
            _ when account.IsBoundTo(conversion.AuthService, conversion.AuthData) => Of("already_back", "has its binding again, by other hands. `sso reconcile --repair` ends its conversion."),
            _ => Of("changed_outside", $"was bound to {account.AuthService} by other hands. If that is right, `sso sign-off` it; if not, reset its password in Mattermost and revert."),
        };
    }
}
