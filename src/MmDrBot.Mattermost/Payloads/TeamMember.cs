namespace MmDrBot.Mattermost;

/// <summary>An account's membership of a team.</summary>
public sealed record TeamMember
{
    /// <summary>The team.</summary>
    public required string TeamId { get; init; }

    /// <summary>The account.</summary>
    public required string UserId { get; init; }

    /// <summary>Unix milliseconds of its leaving; 0 for a member.</summary>
    public long DeleteAt { get; init; }
}
