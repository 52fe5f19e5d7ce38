using MmDrBot.Jobs;
using MmDrBot.Verbs;

namespace MmDrBot.Commands;

/// <summary>Chat leaves long work to the service, and answers at once.</summary>
internal sealed class QueuedJobs(string? replyToJson) : IJobFollower
{
    public JobLaunch Launch { get; } = new(ReplyToJson: replyToJson);

    public Task<Job> FollowAsync(Job job, CancellationToken cancellationToken) => Task.FromResult(job);
}
