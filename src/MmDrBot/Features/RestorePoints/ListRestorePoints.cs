using MmDrBot.Access;
using MmDrBot.Engine.Keeping;
using MmDrBot.Protection;

namespace MmDrBot.Features.RestorePoints;

/// <summary>Lists what can be restored, newest first; damaged restore points are listed as such, not left out.</summary>
internal sealed class ListRestorePoints(KnownRepositories repositories, TimeProvider time)
{
    /// <param name="name">Of which repository; null: the first one.</param>
    /// <param name="actor">Who asks.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<IReadOnlyList<RestorePointView>> HandleAsync(string? name, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ViewRestorePoints);
        var repository = await repositories.Get(name).OpenCachedAsync(cancellationToken);
        var damaged = new List<RestorePointView>();
        var points = await EngineRefusals.TranslateAsync(() => repository.RestorePointsAsync((id, damage) => damaged.Add(RestorePointView.Damaged(id.ToString(), damage.Message)), cancellationToken));
        var trust = await EngineRefusals.TranslateAsync(() => TrustBook.ReadAsync(repository, time.GetUtcNow(), cancellationToken));

        // Whoever removes looks at damaged records; here they only mean that not all pins are shown.
        var pins = PinView.Lookup(await EngineRefusals.TranslateAsync(() => new PinBook(repository).ReadAsync(static _ => { }, cancellationToken)));
        return [.. damaged.Concat(points.Reverse().Select(point => RestorePointView.Of(point, trust.Of(point.Id)))).Select(point => point with { Pins = [.. pins[point.Id]] })];
    }

    /// <summary>A part of the list.</summary>
    /// <param name="name">Of which repository; null: the first one.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="after">The cursor behind which the part begins; null: the beginning.</param>
    /// <param name="actor">Who asks.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="Refusal">Invalid: the cursor.</exception>
    public async Task<IReadOnlyList<RestorePointView>> PageAsync(string? name, int limit, string? after, Actor actor, CancellationToken cancellationToken) =>
        [.. (await HandleAsync(name, actor, cancellationToken)).OrderByDescending(RestorePointOrder.Newness).ThenBy(point => point.Id, StringComparer.Ordinal).Where(point => after is null || RestorePointOrder.IsBehind(point, after)).Take(limit)];
}
