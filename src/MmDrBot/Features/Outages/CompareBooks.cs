using MmDrBot.Access;
using MmDrBot.Sso;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Outages;

/// <summary>Lays the conversions beside Mattermost's database.</summary>
internal sealed class CompareBooks(ConversionStore conversions, AccountDirectory accounts)
{
    // Books and database can't be read in one moment: an account that is on its way between them, or was while we looked, is no drift.
    internal async Task<IReadOnlyList<(Drift Drift, Conversion Conversion)>> CompareAsync(CancellationToken cancellationToken)
    {
        var newest = (await conversions.ListNewestAsync(cancellationToken)).Where(one => one.State is not (ConversionState.Planned or ConversionState.Reverting)).ToArray();
        var found = (await accounts.GetAllAsync([.. newest.Select(one => one.UserId)], cancellationToken)).ToDictionary(account => account.Id);
        var holders = await HoldersAsync(newest, cancellationToken);
        var unmoved = (await conversions.ListNewestAsync(cancellationToken)).Select(one => (one.Id, one.State)).ToHashSet();
        return [.. from one in newest
                   where unmoved.Contains((one.Id, one.State))
                   let drift = DriftOf(one, found.GetValueOrDefault(one.UserId), holders)
                   where drift is not null
                   orderby one.Username
                   select (drift, one)];
    }

    /// <summary>Whoever else has a binding that somebody in the open books is to get back, by the binding.</summary>
    private async Task<IReadOnlyDictionary<string, MattermostAccount>> HoldersAsync(IEnumerable<Conversion> conversions, CancellationToken cancellationToken) =>
        (await accounts.HoldersOfAsync([.. conversions.Where(one => one.IsOpen).Select(one => one.AuthData)], cancellationToken)).ToDictionary(account => account.AuthData!);

    private static Drift? DriftOf(Conversion conversion, MattermostAccount? account, IReadOnlyDictionary<string, MattermostAccount> holders)
    {
        Drift Of(string kind, string message) => new(conversion.Username, conversion.UserId, kind, $"@{conversion.Username} {message}");
        if (!conversion.IsOpen)
        {
            return account is { UsesPassword: true } && conversion.State is not ConversionState.SignedOff
                ? Of("rewound", $"signs in with a password, though the books say that it has its binding: the database was restored from before the way back, or somebody converted it by hand. `sso reconcile --repair @{conversion.Username}` brings it back; if it is right so, `sso sign-off @{conversion.Username} --reason \"...\"` accepts it.")
                : null;
        }

        return account switch
        {
            null => Of("account_gone", "does not exist any more. `sso sign-off` takes it out of the books."),
            { UsesPassword: true } when holders.GetValueOrDefault(conversion.AuthData) is { } holder => new Drift(conversion.Username, conversion.UserId, "binding_taken", AccountRemarks.Taken(conversion, holder)),
            { UsesPassword: true } => Of("straggler", $"is converted since {conversion.ConvertedAt ?? conversion.CreatedAt:yyyy-MM-dd HH:mm} UTC (ticket {Words.Code(conversion.Ticket)}). `sso revert @{account.Username}` brings it back.{AccountRemarks.Of(conversion, account)}"),
            _ when account.IsBoundTo(conversion.AuthService, conversion.AuthData) && conversion.IsHalfBack => Of("already_back", $"has its binding again, by us, but caches or sessions could not be cleared. `sso revert @{conversion.Username}` goes on."),
            _ when account.IsBoundTo(conversion.AuthService, conversion.AuthData) => Of("already_back", $"has its binding again, by other hands. `sso reconcile --repair` ends its conversion.{AccountRemarks.Of(conversion, account)}"),
            _ => Of("changed_outside", $"was bound to {account.AuthService} by other hands. If that is right, `sso sign-off` it; if not, reset its password in Mattermost and revert."),
        };
    }

    /// <summary>What the database shows of everybody in an outage's books, so that nobody has to take the books' word for it.</summary>
    internal async Task<OutageProof> ProveAsync(string outageId, CancellationToken cancellationToken)
    {
        var newest = (await conversions.ListNewestAsync(cancellationToken)).Where(one => one.OutageId == outageId).ToArray();
        try
        {
            var found = (await accounts.GetAllAsync([.. newest.Select(one => one.UserId)], cancellationToken)).ToDictionary(account => account.Id);
            var holders = await HoldersAsync(newest, cancellationToken);
            var withPassword = newest.Where(one => found.GetValueOrDefault(one.UserId) is { UsesPassword: true }).ToArray();
            return new OutageProof
            {
                WithPassword = withPassword.Count(one => one.State is not ConversionState.SignedOff),
                SignedOff = withPassword.Count(one => one.State is ConversionState.SignedOff),
                Drifts = [.. newest.Where(one => one.State is not (ConversionState.Planned or ConversionState.Reverting)).Select(one => DriftOf(one, found.GetValueOrDefault(one.UserId), holders)).OfType<Drift>().Where(drift => !drift.IsStraggler)],
                SignsInWith = newest.ToDictionary(one => one.Id, one => found.GetValueOrDefault(one.UserId) switch { null => "gone", { UsesPassword: true } => "password", var account => account.AuthService }),
            };
        }
        catch (Refusal unavailable)
        {
            return new OutageProof { Problem = unavailable.Message };
        }
    }
}
