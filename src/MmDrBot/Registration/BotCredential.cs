namespace MmDrBot.Registration;

/// <summary>The bot account that was made for the service, and its access token under seal.</summary>
internal sealed record BotCredential
{
    public string UserId { get; init; } = "";

    public string Username { get; init; } = "";

    /// <summary>Mattermost's id of the token; no secret.</summary>
    public string TokenId { get; init; } = "";

    public string SealedToken { get; init; } = "";
}
