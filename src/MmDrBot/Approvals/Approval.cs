using MmDrBot.Access;
using MmDrBot.Settings;

namespace MmDrBot.Approvals;

/// <summary>A request for a second person, and what became of it.</summary>
internal sealed record Approval
{
    /// <summary>"ap-" and ten characters.</summary>
    public required string Id { get; init; }

    public required GuardedOperation Operation { get; init; }

    /// <summary>What will run, in a sentence; no secrets.</summary>
    public required string Summary { get; init; }

    /// <summary>What will run, whole; no secrets. The approval is good for this and nothing else.</summary>
    public required string RequestJson { get; init; }

    /// <summary>What the operation itself needs; whoever approves needs it too.</summary>
    public required Permission Permission { get; init; }

    public required string RequestedBy { get; init; }

    public string? RequestedByUserId { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public required ApprovalState State { get; init; }

    public string? DecidedBy { get; init; }

    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>Why it was denied.</summary>
    public string? Reason { get; init; }

    public DateTimeOffset? UsedAt { get; init; }
}
