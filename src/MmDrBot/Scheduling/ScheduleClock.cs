namespace MmDrBot.Scheduling;

/// <summary>
/// Looks at the schedules whenever something is due, was changed, or some seconds have passed: that is how the changes of other processes
/// and of the clock are seen. It remembers nothing; the rows say all. Its loop never dies.
/// </summary>
internal sealed partial class ScheduleClock(ScheduleStore schedules, ScheduleRunner runner, BuiltInSchedules builtIn, ScheduleSignal signal, TimeProvider time, ILogger<ScheduleClock> logger) : BackgroundService
{
    internal static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(50);
    private bool _made;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Host start must not wait for the state.
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var next = await TurnAsync(stoppingToken);
                var wait = next - time.GetUtcNow();
                await signal.WaitAsync(wait < Shortest ? Shortest : wait, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>One look at all schedules.</summary>
    /// <returns>When to look next.</returns>
    internal async Task<DateTimeOffset> TurnAsync(CancellationToken cancellationToken)
    {
        var next = time.GetUtcNow() + LookEvery;
        try
        {
            await MakeBuiltInAsync(cancellationToken);
            foreach (var schedule in (await schedules.ListAsync(cancellationToken)).Where(schedule => schedule.PausedAt is null))
            {
                next = await TendAsync(schedule, cancellationToken) is { } then && then < next ? then : next;
            }
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            Log.TurnFailed(logger, failure);
        }

        return next;
    }

    private async Task MakeBuiltInAsync(CancellationToken cancellationToken)
    {
        if (!_made)
        {
            await builtIn.EnsureAsync(cancellationToken);
            _made = true;
        }
    }

    /// <summary>One schedule that can't be tended holds up no other.</summary>
    private async Task<DateTimeOffset?> TendAsync(Schedule schedule, CancellationToken cancellationToken)
    {
        try
        {
            return await runner.TendAsync(schedule, cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            Log.NotTended(logger, failure, schedule.Name);
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "Schedules could not be looked at; it is tried again.")]
        public static partial void TurnFailed(ILogger logger, Exception exception);

        [LoggerMessage(EventId = 2, Level = LogLevel.Error, Message = "Schedule {Schedule} could not be tended; it is tried again.")]
        public static partial void NotTended(ILogger logger, Exception exception, string schedule);
    }
}
