namespace MmDrBot.Mattermost;

/// <summary>An access token that is to end.</summary>
/// <param name="TokenId"><see cref="AccessToken.Id"/>; no secret.</param>
public sealed record RevokedToken(string TokenId);
