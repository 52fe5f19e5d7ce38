using MmDrBot.Access;
using MmDrBot.Sso;

namespace MmDrBot.Features.Outages;

/// <summary>The open outages with everybody who is converted.</summary>
internal sealed class ShowOutages(OutageStore outages, ConversionStore conversions)
{
    private const int Past = 200;

    public async Task<IReadOnlyList<OutageView>> HandleAsync(bool all, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ViewStatus);
        var open = (await conversions.ListOpenAsync(null, cancellationToken)).ToLookup(conversion => conversion.OutageId);
        return [.. (await outages.ListAsync(openOnly: !all, Past, cancellationToken)).Select(outage => OutageView.Of(outage, open[outage.Id]))];
    }
}
