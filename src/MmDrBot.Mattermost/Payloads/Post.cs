using System.Text.Json.Nodes;

namespace MmDrBot.Mattermost;

/// <summary>A message.</summary>
public sealed record Post
{
    /// <summary>26 letters and digits.</summary>
    public string Id { get; init; } = "";

    /// <summary>Unix milliseconds.</summary>
    public long CreateAt { get; init; }

    /// <summary>Unix milliseconds of the last change, a reaction included.</summary>
    public long UpdateAt { get; init; }

    /// <summary>Unix milliseconds of the last edit; 0 if it was never edited.</summary>
    public long EditAt { get; init; }

    /// <summary>Unix milliseconds; 0 while it exists.</summary>
    public long DeleteAt { get; init; }

    /// <summary>The author.</summary>
    public string UserId { get; init; } = "";

    /// <summary>Where it stands.</summary>
    public string ChannelId { get; init; } = "";

    /// <summary>The thread's first post; empty if this is one.</summary>
    public string RootId { get; init; } = "";

    /// <summary>Markdown.</summary>
    public string Message { get; init; } = "";

    /// <summary>Empty for an ordinary message.</summary>
    public string Type { get; init; } = "";

    /// <summary>Attachments, origin flags and so on.</summary>
    public JsonObject? Props { get; init; }

    /// <summary>Echo of the request; empty when the answer repeats an earlier post.</summary>
    public string PendingPostId { get; init; } = "";
}
