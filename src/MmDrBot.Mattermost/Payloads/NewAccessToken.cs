namespace MmDrBot.Mattermost;

/// <summary>An access token to make.</summary>
/// <param name="Description">What it is for; must not be empty.</param>
public sealed record NewAccessToken(string Description);
