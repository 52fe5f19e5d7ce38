using MmDrBot.Settings;

namespace MmDrBot.Jobs;

/// <summary>Takes waiting jobs and runs them side by side until the service stops. Its loop never dies.</summary>
internal sealed partial class JobWorker(
    JobQueue queue, JobRunner runner, InterruptedJobs interrupted, IServiceScopeFactory scopes, JobOptions options, TimeProvider time,
    ILogger<JobWorker> logger) : BackgroundService
{
    private readonly List<JobPlace> _running = [];
    private DateTimeOffset _sweepAt;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var kinds = Kinds();

        while (!stoppingToken.IsCancellationRequested)
            await TurnAsync(kinds, stoppingToken);

        // Their token is cancelled too: they end soon, and each writes down that it was interrupted.
        await Task.WhenAll(_running.Select(place => place.Work));
    }

    private async Task TurnAsync(IReadOnlyList<string> kinds, CancellationToken stoppingToken)
    {
        try
        {
            await SweepAsync(stoppingToken);
            await StartWaitingAsync(kinds, stoppingToken);
            await queue.WaitAsync(options.PollEvery, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The loop ends.
        }
        catch (Exception exception)
        {
            Log.TurnFailed(logger, exception);
            await Task.Delay(options.PollEvery, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task SweepAsync(CancellationToken stoppingToken)
    {
        if (time.GetUtcNow() < _sweepAt)
            return;

        await interrupted.SweepAsync(stoppingToken);
        _sweepAt = time.GetUtcNow() + JobOptions.SweepEvery;
    }

    private async Task StartWaitingAsync(IReadOnlyList<string> kinds, CancellationToken stoppingToken)
    {
        _running.RemoveAll(place => place.Work.IsCompleted);

        while (kinds.Count > 0 && _running.Count(place => !place.Waits) < options.Concurrency && await queue.TryTakeAsync(kinds, stoppingToken) is { } job)
        {
            var place = new JobPlace(queue);
            place.Work = RunAsync(job, place, stoppingToken);
            _running.Add(place);
        }
    }

    private async Task RunAsync(Job job, JobPlace place, CancellationToken stoppingToken)
    {
        await Task.Yield();
        await runner.RunAsync(job, place, stoppingToken);
        queue.Signal();
    }

    private List<string> Kinds()
    {
        using var scope = scopes.CreateScope();

        return [.. scope.ServiceProvider.GetServices<IJobHandler>().Select(handler => handler.Kind).Distinct()];
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "The worker could not look for jobs; it tries again.")]
        public static partial void TurnFailed(ILogger logger, Exception exception);
    }
}
