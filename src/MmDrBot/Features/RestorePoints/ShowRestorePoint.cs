using MmDrBot.Access;
using MmDrBot.Engine.Keeping;
using MmDrBot.Engine.Repositories;
using MmDrBot.Protection;

namespace MmDrBot.Features.RestorePoints;

/// <summary>Finds one restore point by id, prefix or `latest`.</summary>
internal sealed class ShowRestorePoint(KnownRepositories repositories, TimeProvider time)
{
    /// <summary>As it is shown, with its pins and holds.</summary>
    public async Task<RestorePointView> ViewAsync(string? name, RestorePoint point, PointTrust trust, CancellationToken cancellationToken)
    {
        var repository = await repositories.Get(name).OpenCachedAsync(cancellationToken);
        var pins = await EngineRefusals.TranslateAsync(() => new PinBook(repository).ReadAsync(static _ => { }, cancellationToken));
        return RestorePointView.Of(point, trust) with { Pins = [.. PinView.Lookup(pins)[point.Id.ToString()]] };
    }

    public async Task<(RestorePoint Point, PointTrust Trust)> HandleAsync(string id, string? name, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ViewRestorePoints);
        var repository = await repositories.Get(name).OpenCachedAsync(cancellationToken);
        return await EngineRefusals.TranslateAsync(async () =>
        {
            var point = await repository.FindRestorePointAsync(id, cancellationToken);
            return (point, (await TrustBook.ReadAsync(repository, time.GetUtcNow(), cancellationToken)).Of(point.Id));
        });
    }
}
