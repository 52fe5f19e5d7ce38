namespace MmDrBot.Mattermost;

/// <summary>A message that one user sees until the client reloads, and nobody keeps.</summary>
public sealed record EphemeralPost
{
    /// <summary>Who sees it.</summary>
    public required string UserId { get; init; }

    /// <summary>Where and what; only channel, thread, message and properties count.</summary>
    public required NewPost Post { get; init; }
}
