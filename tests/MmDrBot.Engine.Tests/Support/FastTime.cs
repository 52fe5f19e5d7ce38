namespace MmDrBot.Engine.Tests.Support;

/// <summary>A clock on which waits are over at once, are noted, and count as passed.</summary>
internal sealed class FastTime : TimeProvider
{
    private readonly List<TimeSpan> _waits = [];
    private TimeSpan _passed;

    internal IReadOnlyList<TimeSpan> Waits => _waits;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _passed.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        _waits.Add(dueTime);
        _passed += dueTime;
        return base.CreateTimer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }
}
