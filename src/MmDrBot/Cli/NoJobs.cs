using MmDrBot.Jobs;
using MmDrBot.Verbs;

namespace MmDrBot.Cli;

/// <summary>For verbs that stand alone: they start no long work.</summary>
internal sealed class NoJobs : IJobFollower
{
    internal static readonly NoJobs Instance = new();

    public JobLaunch Launch => throw new InvalidOperationException("A verb that stands alone starts no job.");

    public Task<Job> FollowAsync(Job job, CancellationToken cancellationToken) => Task.FromResult(job);
}
