using MmDrBot.Settings;

namespace MmDrBot.Jobs;

/// <summary>Stands beside a running job: saves its progress, renews its lease, sees that it is to stop.</summary>
internal sealed partial class JobWatch(
    JobStore store, JobReporters reporters, JobOptions options, TimeProvider time, ILogger<JobWatch> logger)
{
    /// <summary>Reports the start, then runs until <paramref name="done"/> is cancelled; never throws.</summary>
    public async Task WatchAsync(Job job, JobProgressFeed feed, JobStop stop, CancellationToken done)
    {
        using var timer = new PeriodicTimer(JobOptions.ProgressEvery, time);
        var lease = new Lease(job.LeaseUntil!.Value, time.GetUtcNow() + JobOptions.RenewEvery);
        var telling = reporters.TellAsync(job);

        while (await NextTickAsync(timer, done))
        {
            lease = await RenewAsync(job, lease, stop, done);

            // One report at a time, and none is waited for: a slow reporter must not cost the lease.
            if (await SaveProgressAsync(job, feed, done) is { } changed && telling.IsCompleted)
                telling = reporters.TellAsync(changed);
        }

        await telling;
    }

    private static async Task<bool> NextTickAsync(PeriodicTimer timer, CancellationToken done)
    {
        try
        {
            return await timer.WaitForNextTickAsync(done);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task<Lease> RenewAsync(Job job, Lease lease, JobStop stop, CancellationToken done)
    {
        var now = time.GetUtcNow();

        if (now < lease.RenewAt || lease.IsLost)
            return lease;

        try
        {
            var answer = await store.RenewAsync(job.Id, job.LeaseOwner!, now + options.Lease, done);

            if (answer != JobLease.Held && !stop.Token.IsCancellationRequested)
                Stop(job, answer, stop);

            return new(now + options.Lease, now + JobOptions.RenewEvery) { IsLost = answer == JobLease.Lost };
        }
        catch (Exception exception) when (!done.IsCancellationRequested)
        {
            return NotRenewed(job, lease, stop, exception);
        }
        catch (Exception)
        {
            return lease;
        }
    }

    /// <summary>The database may come back; the job goes on as long as the last lease holds.</summary>
    private Lease NotRenewed(Job job, Lease lease, JobStop stop, Exception exception)
    {
        Log.NotRenewed(logger, exception, job.Id);
        var now = time.GetUtcNow();

        if (now < lease.Until)
            return lease with { RenewAt = now + JobOptions.RenewEvery };

        Stop(job, JobLease.Lost, stop);
        return lease with { IsLost = true };
    }

    private void Stop(Job job, JobLease reason, JobStop stop)
    {
        Log.Stopping(logger, job.Id, reason);
        stop.Cancel(reason);
    }

    private async Task<Job?> SaveProgressAsync(Job job, JobProgressFeed feed, CancellationToken done)
    {
        if (feed.TakeUnsaved() is not { } progress)
            return null;

        try
        {
            return await store.SaveProgressAsync(job.Id, job.LeaseOwner!, progress, done);
        }
        catch (Exception exception)
        {
            if (!done.IsCancellationRequested)
                Log.ProgressNotSaved(logger, exception, job.Id);

            return null;
        }
    }

    private sealed record Lease(DateTimeOffset Until, DateTimeOffset RenewAt)
    {
        public bool IsLost { get; init; }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The lease of job {JobId} could not be renewed.")]
        public static partial void NotRenewed(ILogger logger, Exception exception, string jobId);

        [LoggerMessage(EventId = 2, Level = LogLevel.Information, Message = "Job {JobId} is told to stop: {Reason}.")]
        public static partial void Stopping(ILogger logger, string jobId, JobLease reason);

        [LoggerMessage(EventId = 3, Level = LogLevel.Warning, Message = "The progress of job {JobId} could not be saved.")]
        public static partial void ProgressNotSaved(ILogger logger, Exception exception, string jobId);
    }
}
