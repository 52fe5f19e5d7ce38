namespace MmDrBot.Commands;

/// <summary>Where somebody waits for news of a job.</summary>
internal sealed record ReplyTo(string ChannelId, string UserId, string? RootId, string? ResponseUrl, DateTimeOffset AskedAt);
