using MmDrBot.Access;

namespace MmDrBot.Jobs;

/// <summary>A job as its row tells it; the row is the truth.</summary>
internal sealed record Job
{
    /// <summary>26 lower-case characters that sort by time.</summary>
    public required string Id { get; init; }

    /// <summary>E.g. "backup"; names the <see cref="IJobHandler"/>.</summary>
    public required string Kind { get; init; }

    public required JobState State { get; init; }

    /// <summary>What was asked for, as the handler's own JSON.</summary>
    public required string RequestJson { get; init; }

    public required string ActorName { get; init; }

    public required Door Door { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Whose process runs or ran it.</summary>
    public ProcessIdentity? Process { get; init; }

    public string? LeaseOwner { get; init; }

    public DateTimeOffset? LeaseUntil { get; init; }

    public bool CancelRequested { get; init; }

    public JobProgress? Progress { get; init; }

    /// <summary>What came of it, as the handler's own JSON.</summary>
    public string? ResultJson { get; init; }

    public JobError? Error { get; init; }

    /// <summary>Where the one who asked waits for news, e.g. a channel; JSON of whoever reports there.</summary>
    public string? ReplyToJson { get; init; }

    public bool IsOver => State is not (JobState.Pending or JobState.Running);
}
