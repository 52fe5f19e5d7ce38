using MmDrBot.Access;
using MmDrBot.Protection;

namespace MmDrBot.Features.RestorePoints;

/// <summary>Lists what can be restored, newest first; damaged restore points are listed as such, not left out.</summary>
internal sealed class ListRestorePoints(RepositoryProvider repositories)
{
    public async Task<IReadOnlyList<RestorePointView>> HandleAsync(Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ViewRestorePoints);
        var repository = await repositories.OpenAsync(cancellationToken);
        var damaged = new List<RestorePointView>();
        var points = await EngineRefusals.TranslateAsync(() => repository.RestorePointsAsync((id, damage) => damaged.Add(RestorePointView.Damaged(id.ToString(), damage.Message)), cancellationToken));
        return [.. damaged, .. points.Reverse().Select(RestorePointView.Of)];
    }
}
