namespace MmDrBot.Mattermost;

/// <summary>A team.</summary>
public sealed record Team
{
    /// <summary>26 letters and digits.</summary>
    public string Id { get; init; } = "";

    /// <summary>As it stands in addresses: lower case, no blanks.</summary>
    public string Name { get; init; } = "";

    /// <summary>As people see it.</summary>
    public string DisplayName { get; init; } = "";

    /// <summary>Unix milliseconds of its archiving; 0 while it lives.</summary>
    public long DeleteAt { get; init; }
}
