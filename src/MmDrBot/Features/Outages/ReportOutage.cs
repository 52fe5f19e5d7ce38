using MmDrBot.Access;
using MmDrBot.Sso;

namespace MmDrBot.Features.Outages;

/// <summary>All conversions of one outage: who, when, by whom, ticket, how long; and how many are left.</summary>
/// <param name="Outage">The outage.</param>
/// <param name="Conversions">Its conversions, oldest first.</param>
/// <param name="Remaining">How many our books have as not ended.</param>
/// <param name="InMattermost">What Mattermost's database shows of them.</param>
internal sealed record OutageReport(OutageView Outage, IReadOnlyList<ConversionView> Conversions, int Remaining, OutageProof InMattermost);

internal sealed class ReportOutage(OutageStore outages, ConversionStore conversions, CompareBooks books)
{
    /// <param name="wanted">An outage's id, the service of the open one, or null for the newest.</param>
    /// <param name="actor">Who asks.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<OutageReport> HandleAsync(string? wanted, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ViewStatus);
        var known = await outages.ListAsync(openOnly: false, int.MaxValue, cancellationToken);
        var outage = known.FirstOrDefault(outage => wanted is null || outage.Id == wanted || outage.Service == wanted)
            ?? throw new Refusal(RefusalReason.NotFound, wanted is null ? "There was no outage yet." : $"There is no outage {wanted}.", "`sso status --all` lists them.");
        var all = await conversions.ListAsync(outage.Id, cancellationToken);
        var proof = await books.ProveAsync(outage.Id, cancellationToken);
        var views = all.Select(one => ConversionView.Of(one) with { SignsInWith = proof.SignsInWith.GetValueOrDefault(one.Id) });
        return new OutageReport(OutageView.Of(outage, all.Where(one => one.IsOpen)), [.. views], all.Count(one => one.IsOpen), proof);
    }
}
