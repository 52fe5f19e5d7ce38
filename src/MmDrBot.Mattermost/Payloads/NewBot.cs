namespace MmDrBot.Mattermost;

/// <summary>A bot account to make.</summary>
/// <param name="Username">3 to 22 lower-case letters, digits, dots, dashes and underscores, a letter first.</param>
/// <param name="DisplayName">As people see it.</param>
/// <param name="Description">What it is for.</param>
public sealed record NewBot(string Username, string DisplayName, string Description);
