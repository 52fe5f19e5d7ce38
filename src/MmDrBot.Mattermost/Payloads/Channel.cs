namespace MmDrBot.Mattermost;

/// <summary>A channel.</summary>
public sealed record Channel
{
    /// <summary>26 letters and digits.</summary>
    public string Id { get; init; } = "";

    /// <summary>Empty for direct and group messages.</summary>
    public string TeamId { get; init; } = "";

    /// <summary><c>O</c> open, <c>P</c> private, <c>D</c> direct, <c>G</c> group.</summary>
    public string Type { get; init; } = "";

    /// <summary>The name in addresses; a direct channel's is both user ids, sorted, joined by two underscores.</summary>
    public string Name { get; init; } = "";

    /// <summary>Empty for direct channels.</summary>
    public string DisplayName { get; init; } = "";

    /// <summary>Unix milliseconds of the archiving; 0 while it is open.</summary>
    public long DeleteAt { get; init; }
}
