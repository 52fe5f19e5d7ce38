namespace MmDrBot.Jobs;

/// <summary>The long work of one kind of job. Resolved anew, in a scope of its own, for each job.</summary>
internal interface IJobHandler
{
    string Kind { get; }

    /// <summary>
    /// Does the work. A <see cref="Access.Refusal"/> fails the job with its message; any other exception fails it with a
    /// reference only. Once the token is cancelled, throw <see cref="OperationCanceledException"/> and change nothing more.
    /// Progress may be reported as often and from as many threads as is convenient.
    /// </summary>
    Task<JobOutcome> RunAsync(Job job, IProgress<JobProgress> progress, CancellationToken cancellationToken);
}
