namespace MmDrBot.Mattermost;

/// <summary>How an account signs in.</summary>
/// <param name="AuthService">The service, such as <c>gitlab</c> or <c>saml</c>; releases before 11.9 take any text.</param>
/// <param name="AuthData">What the service knows the account by, at most 128 characters; taken as it is, not trimmed.</param>
public sealed record UserAuth(string AuthService, string AuthData);
