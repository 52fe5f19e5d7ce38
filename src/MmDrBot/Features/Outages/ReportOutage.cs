using MmDrBot.Access;
using MmDrBot.Sso;

namespace MmDrBot.Features.Outages;

/// <summary>All conversions of one outage: who, when, by whom, ticket, how long; and how many are left.</summary>
internal sealed record OutageReport(OutageView Outage, IReadOnlyList<ConversionView> Conversions, int Remaining);

internal sealed class ReportOutage(OutageStore outages, ConversionStore conversions)
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
        return new OutageReport(OutageView.Of(outage, all.Where(one => one.IsOpen)), [.. all.Select(ConversionView.Of)], all.Count(one => one.IsOpen));
    }
}
