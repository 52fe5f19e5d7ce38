namespace MmDrBot.Mattermost;

/// <summary>A group of accounts, of the directory or made by hand.</summary>
public sealed record UserGroup
{
    /// <summary>26 letters and digits.</summary>
    public string Id { get; init; } = "";

    /// <summary>What is typed behind an @; empty for groups that cannot be mentioned.</summary>
    public string Name { get; init; } = "";

    /// <summary><c>ldap</c> for one of the directory, <c>custom</c> for one that members made.</summary>
    public string Source { get; init; } = "";

    /// <summary>As people read it.</summary>
    public string DisplayName { get; init; } = "";
}
