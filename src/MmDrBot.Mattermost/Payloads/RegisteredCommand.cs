namespace MmDrBot.Mattermost;

/// <summary>A slash command as an administrator registered it with one team.</summary>
public sealed record RegisteredCommand
{
    /// <summary>26 letters and digits.</summary>
    public string Id { get; init; } = "";

    /// <summary>The secret that Mattermost sends along; empty if the caller may not see it.</summary>
    public string Token { get; init; } = "";

    /// <summary>The team that has the command.</summary>
    public string TeamId { get; init; } = "";

    /// <summary>Lower case, without the slash.</summary>
    public string Trigger { get; init; } = "";

    /// <summary><c>P</c> for POST, <c>G</c> for GET (which puts the token in the address).</summary>
    public string Method { get; init; } = "";

    /// <summary>Where Mattermost sends it.</summary>
    public string Url { get; init; } = "";

    /// <summary>Without the token.</summary>
    public override string ToString() => $"/{Trigger} -> {Method} {Url}";
}
