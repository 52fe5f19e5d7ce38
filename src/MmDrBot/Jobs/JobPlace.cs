namespace MmDrBot.Jobs;

/// <summary>A job that the worker runs. While it only waits for a lock it takes nobody's place: what people ask for meanwhile begins.</summary>
internal sealed class JobPlace(JobQueue queue) : IProgress<JobProgress>
{
    private volatile bool _waits;

    internal Task Work { get; set; } = Task.CompletedTask;

    internal bool Waits => _waits;

    public void Report(JobProgress value)
    {
        var waited = _waits;
        _waits = value.Phase == JobLocks.Waiting;
        if (_waits && !waited)
        {
            queue.Signal();
        }
    }
}
