using MmDrBot.Access;
using MmDrBot.Jobs.Hooks;
using MmDrBot.Protection;

namespace MmDrBot.Jobs;

/// <summary>Runs the handler of a claimed job to its end, for the worker and for a command alike.</summary>
internal sealed partial class JobRunner(
    IServiceScopeFactory scopes, JobWatch watch, JobEndings endings, JobHooks hooks, JobReporters reporters, ILogger<JobRunner> logger)
{
    /// <summary>Whatever happens in the handler ends up in the returned job; nothing is thrown.</summary>
    /// <param name="job">Running, claimed by this process.</param>
    /// <param name="watcher">Gets every progress at once, on the thread that reports it.</param>
    /// <param name="stopping">Interrupts the job.</param>
    public async Task<Job> RunAsync(Job job, IProgress<JobProgress>? watcher, CancellationToken stopping)
    {
        Log.Started(logger, job.Kind, job.Id, job.ActorName);
        var end = await WatchedAsync(job, new(watcher), stopping);
        var ended = await endings.EndAsync(job, end);
        Log.Ended(logger, ended.Kind, ended.Id, ended.State);
        await reporters.TellAsync(ended);

        return ended;
    }

    /// <summary>As <see cref="RunAsync"/>, for a job without a row.</summary>
    public async Task<Job> RunUnrecordedAsync(Job job, IProgress<JobProgress>? watcher, TimeProvider time, CancellationToken stopping)
    {
        using var stop = new JobStop(stopping);
        var started = job with { Error = null };
        var end = await hooks.AroundAsync(started, stop, () => HandleAsync(started, new(watcher), stop));

        return job with { State = end.State, FinishedAt = time.GetUtcNow(), ResultJson = end.ResultJson, Error = end.Error };
    }

    private async Task<JobEnd> WatchedAsync(Job job, JobProgressFeed feed, CancellationToken stopping)
    {
        using var stop = new JobStop(stopping);
        using var done = new CancellationTokenSource();
        var watching = watch.WatchAsync(job, feed, stop, done.Token);
        var end = await hooks.AroundAsync(job, stop, () => HandleAsync(job, feed, stop));
        await done.CancelAsync();
        await watching;

        return end with { Progress = feed.TakeUnsaved() };
    }

    private async Task<JobEnd> HandleAsync(Job job, JobProgressFeed feed, JobStop stop)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var handler = scope.ServiceProvider.GetServices<IJobHandler>().Single(handler => handler.Kind == job.Kind);
            var outcome = await handler.RunAsync(job, feed, stop.Token);

            return new(outcome.State, outcome.ResultJson);
        }
        catch (Refusal refusal)
        {
            return Refused(job, refusal, refusal);
        }
        catch (OperationCanceledException) when (stop.End is { } end)
        {
            return end;
        }
        catch (Exception exception) when (EngineRefusals.From(exception) is { } refusal)
        {
            return Refused(job, refusal, exception);
        }
        catch (Exception exception)
        {
            var reference = Reference.New();
            Log.Broken(logger, exception, job.Kind, job.Id, reference);
            return Failed(new("internal", "Something went wrong inside MmDrBot.", $"The log has the details under {reference}.", reference));
        }
    }

    private JobEnd Refused(Job job, Refusal refusal, Exception cause)
    {
        var reference = Reference.New();
        Log.Refused(logger, cause, job.Id, reference);
        return Failed(new(EnumText.Of(refusal.Reason), refusal.Message, refusal.Hint, reference));
    }

    private static JobEnd Failed(JobError error) => new(JobState.Failed, Error: error);

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "The {Kind} job {JobId} of {Actor} has started.")]
        public static partial void Started(ILogger logger, string kind, string jobId, string actor);

        [LoggerMessage(EventId = 2, Level = LogLevel.Information, Message = "The {Kind} job {JobId} ended as {State}.")]
        public static partial void Ended(ILogger logger, string kind, string jobId, JobState state);

        [LoggerMessage(EventId = 3, Level = LogLevel.Warning, Message = "Job {JobId} was refused ({Reference}).")]
        public static partial void Refused(ILogger logger, Exception exception, string jobId, string reference);

        [LoggerMessage(EventId = 4, Level = LogLevel.Error, Message = "The {Kind} job {JobId} failed ({Reference}).")]
        public static partial void Broken(ILogger logger, Exception exception, string kind, string jobId, string reference);
    }
}
