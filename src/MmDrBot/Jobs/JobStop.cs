namespace MmDrBot.Jobs;

/// <summary>The token of a running job, and the reason for which it was cancelled.</summary>
internal sealed class JobStop(CancellationToken stopping) : IDisposable
{
    private const string Again = "Start it again.";

    private readonly CancellationTokenSource _source = CancellationTokenSource.CreateLinkedTokenSource(stopping);
    private volatile JobLease _lease = JobLease.Held;

    public CancellationToken Token => _source.Token;

    /// <summary>How a job ended that stopped because its token was cancelled; null if nobody asked it to.</summary>
    public JobEnd? End => (_lease, stopping.IsCancellationRequested) switch
    {
        (JobLease.CancelRequested, _) => new(JobState.Cancelled, Error: new("cancelled", "Cancelled on request.")),
        (JobLease.Lost, _) => new(JobState.Interrupted, Error: new("lease_lost", "Interrupted: the job's lease was lost.", Again)),
        (_, true) => new(JobState.Interrupted, Error: new("interrupted", "Interrupted: the program was stopped.", Again)),
        _ => null,
    };

    public void Cancel(JobLease reason)
    {
        _lease = reason;
        // Not Cancel(): it would run the handler's callbacks here, and throw what they throw.
        _ = _source.CancelAsync();
    }

    public void Dispose() => _source.Dispose();
}
