namespace MmDrBot.Mattermost;

/// <summary>Whom a reset mail goes to.</summary>
/// <param name="Email">The account's e-mail address.</param>
public sealed record PasswordResetRequest(string Email);
