using MmDrBot.Access;

namespace MmDrBot.Jobs;

/// <summary>A job to be inserted.</summary>
internal sealed record NewJob(string Kind, Actor Actor)
{
    public string RequestJson { get; init; } = "{}";

    /// <summary>At most one live job has this key, e.g. "backup"; null: any number may run side by side.</summary>
    public string? ExclusiveKey { get; init; }

    public string? ReplyToJson { get; init; }

    /// <summary>Set by a command that runs the job itself: the row begins as running and no worker takes it.</summary>
    public JobClaim? Claim { get; init; }
}
