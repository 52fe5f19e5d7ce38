using MmDrBot.Access;
using MmDrBot.Alarms;

namespace MmDrBot.Features.Alarms;

/// <summary>Shows alarms.</summary>
internal sealed class ListAlarms(AlarmStore store)
{
    internal const int Most = 500;

    /// <summary>Those that are open, the worst first; with all those of the last 180 days too, newest first.</summary>
    public async Task<IReadOnlyList<AlarmView>> HandleAsync(bool all, int limit, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ViewStatus);
        var found = all ? await store.ListAllAsync(limit, cancellationToken) : await store.ListOpenAsync(cancellationToken);
        return [.. found.Select(AlarmView.Of)];
    }

    public async Task<AlarmView> GetAsync(string id, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ViewStatus);
        return AlarmView.Of(await store.GetAsync(id, cancellationToken));
    }
}
