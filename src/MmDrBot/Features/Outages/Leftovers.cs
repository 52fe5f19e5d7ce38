using MmDrBot.Access;
using MmDrBot.Sso;

namespace MmDrBot.Features.Outages;

/// <summary>Who signs in with a password though the books of an outage have nobody: a close must not leave them behind unnoticed.</summary>
/// <param name="Accounts">Those whom a restored database took back, and those of whom the ledger alone knows.</param>
/// <param name="Doubt">Why there may be more; null: everything could be looked at.</param>
internal sealed record Leftovers(IReadOnlyList<Drift> Accounts, string? Doubt)
{
    internal IEnumerable<string> Names => Accounts.Select(drift => drift.Username);

    private const int Shown = 50;

    private static string List(IReadOnlyList<string> names) => string.Join(", ", names.Take(Shown).Select(name => $"@{name}")) + (names.Count > Shown ? $" and {names.Count - Shown} more" : "");

    /// <summary>How an outage ended, in a sentence or two.</summary>
    /// <param name="signedOff">Who was signed off in it, now or before, and stays converted.</param>
    internal string Sentence(IReadOnlyList<string> signedOff)
    {
        var nobody = Doubt is null ? "Nobody is left converted." : $"By the books nobody is left converted. {Doubt}";
        return string.Join(" ", new[]
        {
            signedOff.Count > 0 ? $"Signed off as they are: {List(signedOff)}." : null,
            Accounts.Count > 0 ? $"**Left with a password:** {List([.. Names])}. `sso reconcile` tells of each." : null,
            signedOff.Count + Accounts.Count == 0 ? nobody : Doubt,
        }.OfType<string>());
    }
}

/// <summary>Looks into Mattermost's database and the ledger for whoever the books do not have.</summary>
internal sealed class FindLeftovers(CompareBooks books, CompareLedger ledger)
{
    /// <exception cref="Refusal">Unavailable: Mattermost's database can't be read.</exception>
    internal async Task<Leftovers> HandleAsync(Outage outage, CancellationToken cancellationToken)
    {
        var proof = await books.ProveAsync(outage.Id, cancellationToken);
        if (proof.Problem is { } problem)
        {
            throw new Refusal(RefusalReason.Unavailable, $"The outage of {outage.Service} stays open, since nobody knows who is converted. {problem}", "Close it again when the database can be read.");
        }

        var told = await ledger.CompareAsync(outage.Service, cancellationToken);
        return new Leftovers(
            [.. proof.Drifts.Where(drift => drift.IsRewound), .. told.Where(drift => !drift.IsUnread)],
            told.Any(drift => drift.IsUnread) ? string.Join(" ", told.Where(drift => drift.IsUnread).Select(drift => drift.Message).Distinct()) : null);
    }
}
