namespace MmDrBot.Jobs;

/// <summary>How a job ended.</summary>
internal sealed record JobEnd(JobState State, string? ResultJson = null, JobError? Error = null)
{
    public JobProgress? Progress { get; init; }
}
