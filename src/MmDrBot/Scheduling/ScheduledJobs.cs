using MmDrBot.Jobs;
using MmDrBot.Verbs;

namespace MmDrBot.Scheduling;

/// <summary>Follows no job, and remembers which one was launched.</summary>
internal sealed class ScheduledJobs(JobLaunch launch) : IJobFollower
{
    public JobLaunch Launch => launch;

    /// <summary>What the verb launched; null when it launched nothing.</summary>
    internal Job? Launched { get; private set; }

    public Task<Job> FollowAsync(Job job, CancellationToken cancellationToken)
    {
        Launched = job;
        return Task.FromResult(job);
    }
}
