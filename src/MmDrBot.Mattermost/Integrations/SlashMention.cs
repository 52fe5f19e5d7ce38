namespace MmDrBot.Mattermost;

/// <summary>A user or channel that Mattermost found in a command's text.</summary>
public sealed record SlashMention(string Name, string Id);
