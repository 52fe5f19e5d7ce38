using MmDrBot.Access;
using MmDrBot.Engine.Repositories;
using MmDrBot.Protection;

namespace MmDrBot.Features.RestorePoints;

/// <summary>Finds one restore point by id, prefix or `latest`.</summary>
internal sealed class ShowRestorePoint(KnownRepositories repositories)
{
    public async Task<(RestorePoint Point, PointTrust Trust)> HandleAsync(string id, string? name, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ViewRestorePoints);
        var repository = await repositories.Get(name).OpenCachedAsync(cancellationToken);
        return await EngineRefusals.TranslateAsync(async () =>
        {
            var point = await repository.FindRestorePointAsync(id, cancellationToken);
            return (point, (await TrustBook.ReadAsync(repository, cancellationToken)).Of(point.Id));
        });
    }
}
