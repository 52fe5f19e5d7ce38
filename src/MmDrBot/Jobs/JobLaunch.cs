namespace MmDrBot.Jobs;

/// <summary>How a job begins: waiting for a worker, or claimed by the process that asked; and where news of it go.</summary>
internal sealed record JobLaunch(JobClaim? Claim = null, string? ReplyToJson = null);
