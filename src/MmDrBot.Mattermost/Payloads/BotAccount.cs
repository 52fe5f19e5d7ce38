namespace MmDrBot.Mattermost;

/// <summary>A bot account.</summary>
public sealed record BotAccount
{
    /// <summary>26 letters and digits; the id of the account that belongs to it.</summary>
    public string UserId { get; init; } = "";

    /// <summary>Lower case, without the @.</summary>
    public string Username { get; init; } = "";

    /// <summary>As people see it.</summary>
    public string DisplayName { get; init; } = "";

    /// <summary>The account that made it, or a plugin's id.</summary>
    public string OwnerId { get; init; } = "";

    /// <summary>Unix milliseconds of its deactivation; 0 while it is active.</summary>
    public long DeleteAt { get; init; }
}
