namespace MmDrBot.Mattermost.Tests;

/// <summary>A clock on which short waits are over at once and are noted, and long ones, the time limits, never end.</summary>
internal sealed class ImpatientTime : TimeProvider
{
    private static readonly TimeSpan _long = TimeSpan.FromSeconds(10);
    private readonly List<TimeSpan> _waits = [];

    public IReadOnlyList<TimeSpan> Waits
    {
        get
        {
            lock (_waits)
                return [.. _waits];
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime < TimeSpan.Zero || dueTime >= _long)
            return base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        lock (_waits)
            _waits.Add(dueTime);

        return base.CreateTimer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }
}
