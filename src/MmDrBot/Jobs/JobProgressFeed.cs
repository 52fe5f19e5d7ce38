namespace MmDrBot.Jobs;

/// <summary>Keeps the newest progress until it is saved, and passes each one on to whoever watches in this process.</summary>
internal sealed class JobProgressFeed(IProgress<JobProgress>? watcher) : IProgress<JobProgress>
{
    private JobProgress? _unsaved;

    public void Report(JobProgress value)
    {
        Volatile.Write(ref _unsaved, value);
        watcher?.Report(value);
    }

    /// <summary>The newest one, if it has not been taken yet.</summary>
    public JobProgress? TakeUnsaved() => Interlocked.Exchange(ref _unsaved, null);
}
