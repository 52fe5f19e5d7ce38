namespace MmDrBot.Mattermost;

/// <summary>An account's membership of a channel.</summary>
public sealed record ChannelMember
{
    /// <summary>The channel.</summary>
    public string ChannelId { get; init; } = "";

    /// <summary>The account.</summary>
    public string UserId { get; init; } = "";

    /// <summary>Role names in this channel, separated by blanks.</summary>
    public string Roles { get; init; } = "";
}
