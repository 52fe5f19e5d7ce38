using MmDrBot.Access;
using MmDrBot.Sso;

namespace MmDrBot.Features.Outages;

/// <summary>Lists conversions of all outages or of one, newest first.</summary>
internal sealed class ListConversions(ConversionStore conversions)
{
    public async Task<IReadOnlyList<ConversionView>> HandleAsync(string? outageId, bool openOnly, int limit, string? after, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ViewStatus);
        return [.. (await conversions.ListPageAsync(outageId, openOnly, limit, after, cancellationToken)).Select(ConversionView.Of)];
    }
}
