namespace MmDrBot.Registration;

/// <summary>The `/dr` of one team, as it was last seen registered. Of its token only the hash is kept.</summary>
internal sealed record TeamCommand
{
    public string TeamId { get; init; } = "";

    /// <summary>As it stands in addresses.</summary>
    public string TeamName { get; init; } = "";

    public string CommandId { get; init; } = "";

    public string Url { get; init; } = "";

    /// <summary>SHA-256, lower-case hex.</summary>
    public string TokenHash { get; init; } = "";
}
