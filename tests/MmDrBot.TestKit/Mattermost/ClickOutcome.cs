namespace MmDrBot.TestKit.Mattermost;

/// <summary>What came of a click, as its user saw it.</summary>
public sealed record ClickOutcome(int Status, string? ErrorId, string Text);
