using MmDrBot.Jobs;

namespace MmDrBot.Verbs;

/// <summary>How a face starts and follows long work: chat leaves it to the service, the command line does it itself.</summary>
internal interface IJobFollower
{
    /// <summary>How the job begins.</summary>
    JobLaunch Launch { get; }

    /// <summary>Follows as far as the face does: to the end, or not at all.</summary>
    Task<Job> FollowAsync(Job job, CancellationToken cancellationToken);
}
