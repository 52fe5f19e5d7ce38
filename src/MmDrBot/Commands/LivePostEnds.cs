using MmDrBot.Jobs;
using MmDrBot.Settings;

namespace MmDrBot.Commands;

/// <summary>Tells the ends of jobs that could not be told when they came: Mattermost was away, this service was, or another process ended the job.</summary>
internal sealed partial class LivePostEnds(LivePosts posts, LivePostStore store, JobOptions options, TimeProvider time, ILogger<LivePostEnds> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await TurnAsync(stoppingToken);
            await Task.Delay(options.PollEvery, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task TurnAsync(CancellationToken stoppingToken)
    {
        try
        {
            foreach (var job in await store.ListUntoldAsync(stoppingToken))
            {
                await posts.TellEndAsync(job, again: true, stoppingToken);
            }
        }
        catch (Exception) when (stoppingToken.IsCancellationRequested)
        {
            // The loop ends.
        }
        catch (Exception failure)
        {
            Log.TurnFailed(logger, failure);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The ends of jobs could not be looked for; that is tried again.")]
        public static partial void TurnFailed(ILogger logger, Exception exception);
    }
}
