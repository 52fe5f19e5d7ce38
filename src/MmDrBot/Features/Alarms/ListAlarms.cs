using MmDrBot.Access;
using MmDrBot.Alarms;

namespace MmDrBot.Features.Alarms;

/// <summary>Shows alarms.</summary>
internal sealed class ListAlarms(AlarmStore store)
{
    /// <summary>Those that are open, the worst first; with all those of the last 180 days too, newest first.</summary>
    public async Task<IReadOnlyList<AlarmView>> HandleAsync(bool all, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ViewStatus);
        return [.. (all ? (await store.ListAllAsync(int.MaxValue, null, cancellationToken))! : await store.ListOpenAsync(cancellationToken)).Select(AlarmView.Of)];
    }

    /// <summary>Those of the last 180 days, newest first, behind the one with this id.</summary>
    /// <returns>Null when there is none with this id.</returns>
    public async Task<IReadOnlyList<AlarmView>?> PageAsync(int limit, string? after, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ViewStatus);
        return await store.ListAllAsync(limit, after, cancellationToken) is { } found ? [.. found.Select(AlarmView.Of)] : null;
    }

    public async Task<AlarmView> GetAsync(string id, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ViewStatus);
        return AlarmView.Of(await store.GetAsync(id, cancellationToken));
    }
}
