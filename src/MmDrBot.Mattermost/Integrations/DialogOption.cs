namespace MmDrBot.Mattermost;

/// <summary>A choice of a menu.</summary>
public sealed record DialogOption(string Text, string Value);
