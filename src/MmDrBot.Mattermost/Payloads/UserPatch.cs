namespace MmDrBot.Mattermost;

/// <summary>A change of nothing: it makes the server read the account from the database again.</summary>
public sealed record UserPatch;
