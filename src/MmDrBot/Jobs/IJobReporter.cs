namespace MmDrBot.Jobs;

/// <summary>Tells somebody outside how a job goes. Many may be registered, as singletons; one that fails or hangs is logged and fails no job.</summary>
internal interface IJobReporter
{
    /// <summary>Called when the job has started, at most once a second while it runs, and when it is over.</summary>
    Task JobChangedAsync(Job job, CancellationToken cancellationToken);
}
