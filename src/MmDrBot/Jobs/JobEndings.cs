using MmDrBot.Data;

namespace MmDrBot.Jobs;

/// <summary>Writes down how a job ended, also while the process is being stopped or the database is away for a moment.</summary>
internal sealed partial class JobEndings(
    StateDatabase database, JobStore store, JobTransitions transitions, TimeProvider time, ILogger<JobEndings> logger)
{
    private const int MaxAttempts = 5;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Never throws: where the row cannot be written, what is returned tells how the job ended, and the row is left to the
    /// sweep. Where the row was taken from us, it tells what the row says.
    /// </summary>
    public async Task<Job> EndAsync(Job job, JobEnd end)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await WriteAsync(job, end);
            }
            catch (Exception exception)
            {
                Log.EndNotWritten(logger, exception, job.Id, end.State);

                if (attempt == MaxAttempts)
                    return job with { State = end.State, FinishedAt = time.GetUtcNow(), ResultJson = end.ResultJson, Error = end.Error };
            }

            await Task.Delay(Pause, time, CancellationToken.None);
        }
    }

    private async Task<Job> WriteAsync(Job job, JobEnd end)
    {
        var ended = await database.InTransactionAsync(
            (transaction, token) => transitions.EndAsync(transaction, job, end, token), CancellationToken.None);

        if (ended is not null)
            return ended;

        Log.NotOurs(logger, job.Id, end.State);
        return await store.GetAsync(job.Id, CancellationToken.None);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "That job {JobId} ended as {State} could not be written.")]
        public static partial void EndNotWritten(ILogger logger, Exception exception, string jobId, JobState state);

        [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "Job {JobId} ended as {State}, but it had been taken from this process.")]
        public static partial void NotOurs(ILogger logger, string jobId, JobState state);
    }
}
