namespace MmDrBot.Engine.Platform;

/// <summary>Pauses between attempts: each about twice as long as the one before, spread at random so that two who met do not meet again, all together bounded.</summary>
internal sealed class Backoff(TimeProvider time, TimeSpan first, TimeSpan longest, TimeSpan total)
{
    private readonly long _started = time.GetTimestamp();
    private TimeSpan _next = first;

    /// <summary>Waits, unless the total is used up.</summary>
    /// <returns>False when it is: give up.</returns>
    internal async Task<bool> PauseAsync(CancellationToken cancellationToken)
    {
        var left = total - time.GetElapsedTime(_started);
        if (left <= TimeSpan.Zero)
        {
            return false;
        }

        var pause = _next * (0.5 + (Random.Shared.NextDouble() / 2));
        _next = TimeSpan.FromTicks(Math.Min(longest.Ticks, _next.Ticks * 2));
        await Task.Delay(pause < left ? pause : left, time, cancellationToken);
        return true;
    }
}
