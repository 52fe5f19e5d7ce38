namespace MmDrBot.Mattermost;

/// <summary>One cell of an attachment's table; short ones stand side by side.</summary>
public sealed record AttachmentField(string Title, string Value, bool Short);
