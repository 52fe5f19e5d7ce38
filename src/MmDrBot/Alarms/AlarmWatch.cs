using MmDrBot.Settings;

namespace MmDrBot.Alarms;

/// <summary>
/// Judges, writes down and tells, again and again, in a loop that depends on no scheduler and no worker. Of several replicas one does so. If
/// it stops, the heartbeat stops.
/// </summary>
internal sealed partial class AlarmWatch(
    AlarmLease lease, AlarmJudges judges, AlarmDesk desk, AlarmMessenger messenger, AlarmStore store, SizeHistory sizes, Heartbeat heartbeat, StateAlarm stateAlarm, AlarmMetrics metrics, AlarmOptions options, TimeProvider time, ILogger<AlarmWatch> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Every, time);
        while (await WaitAsync(timer, stoppingToken))
        {
            await RoundAsync(stoppingToken);
        }

        await lease.ReleaseAsync();
    }

    /// <summary>One round; what fails in it is logged and tried again in the next.</summary>
    internal async Task RoundAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await lease.TakeAsync(cancellationToken))
            {
                await WatchAsync(cancellationToken);
            }

            await metrics.RefreshAsync(cancellationToken);
            await stateAlarm.IsBackAsync(cancellationToken);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            // The service stops.
        }
        catch (Exception failure)
        {
            Log.RoundFailed(logger, failure);
            await stateAlarm.IsAwayAsync(failure, cancellationToken);
        }
    }

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        foreach (var (source, judgement) in await judges.JudgeAsync(all: false, cancellationToken))
        {
            await desk.ApplyAsync(source, judgement, cancellationToken);
        }

        await desk.RemindAsync(cancellationToken);
        await messenger.DeliverAsync(cancellationToken);
        await desk.ForgetAsync(cancellationToken);
        await sizes.NoteAsync(cancellationToken);
        await heartbeat.BeatAsync(await store.ListOpenAsync(cancellationToken), cancellationToken);
    }

    private static async Task<bool> WaitAsync(PeriodicTimer timer, CancellationToken stoppingToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "A round of alarms failed; it is tried again.")]
        public static partial void RoundFailed(ILogger logger, Exception exception);
    }
}
