namespace MmDrBot.Mattermost;

/// <summary>An access token, as the server shows it once.</summary>
public sealed record AccessToken
{
    /// <summary>26 letters and digits; no secret.</summary>
    public string Id { get; init; } = "";

    /// <summary>The secret.</summary>
    public string Token { get; init; } = "";

    /// <summary>Whom it belongs to.</summary>
    public string UserId { get; init; } = "";

    /// <summary>Without the secret.</summary>
    public override string ToString() => $"access token {Id} of {UserId}";
}
