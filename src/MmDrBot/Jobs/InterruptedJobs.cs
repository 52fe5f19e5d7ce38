using MmDrBot.Data;

namespace MmDrBot.Jobs;

/// <summary>
/// Ends rows whose process is gone, so that a dead backup does not hold back the next one: at once where this host can
/// prove it, else when the lease has run out.
/// </summary>
internal sealed partial class InterruptedJobs(
    StateDatabase database, JobStore store, JobTransitions transitions, JobReporters reporters, TimeProvider time, ILogger<InterruptedJobs> logger)
{
    /// <summary>Run it when a service or a command starts, and now and then. Returns those that it ended.</summary>
    public async Task<IReadOnlyList<Job>> SweepAsync(CancellationToken cancellationToken)
    {
        var interrupted = new List<Job>();

        foreach (var job in await store.ListRunningAsync(cancellationToken))
        {
            if (Reason(job) is null)
                continue;

            if (await database.InTransactionAsync((transaction, token) => EndAsync(transaction, job.Id, token), cancellationToken) is { } ended)
                interrupted.Add(ended);
        }

        foreach (var job in interrupted)
        {
            Log.Interrupted(logger, job.Kind, job.Id, job.Error?.Message);
            await reporters.TellAsync(job);
        }

        return interrupted;
    }

    /// <summary>Judges by the row as it is now: its owner may have renewed the lease or come to an end.</summary>
    private async Task<Job?> EndAsync(StateTransaction transaction, string id, CancellationToken cancellationToken)
    {
        var job = await store.GetAsync(transaction, id, cancellationToken);
        var error = job.IsOver ? null : Reason(job);

        return error is null
            ? null
            : await transitions.EndAsync(transaction, job, new(JobState.Interrupted, Error: error), cancellationToken);
    }

    private JobError? Reason(Job job)
    {
        if (job.Process is { } process && process.IsProvenDead())
            return new("interrupted", "Interrupted: the process that ran this job is gone.", "Start it again.");

        return job.LeaseUntil < time.GetUtcNow()
            ? new("lease_lost", "Interrupted: nobody renewed the job's lease.", "Start it again.")
            : null;
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The {Kind} job {JobId} is marked as interrupted: {Reason}")]
        public static partial void Interrupted(ILogger logger, string kind, string jobId, string? reason);
    }
}
