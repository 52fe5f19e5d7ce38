using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace MmDrBot.Mattermost;

/// <summary>A message to write.</summary>
public sealed record NewPost
{
    /// <summary>Where to.</summary>
    public required string ChannelId { get; init; }

    /// <summary>Markdown, at most <see cref="MattermostLimits.PostRunes"/> code points.</summary>
    public required string Message { get; init; }

    /// <summary>The thread's first post; null starts a new thread.</summary>
    public string? RootId { get; init; }

    /// <summary>Attachments and the like; Mattermost adds <c>from_bot</c> by itself.</summary>
    public JsonObject? Props { get; init; }

    /// <summary>
    /// Makes a repetition harmless: within <see cref="MattermostLimits.PendingPostLifetime"/> the same id yields the first post.
    /// Null turns that off. See <see cref="NewPendingPostId"/>.
    /// </summary>
    public string? PendingPostId { get; init; }

    /// <summary>An id that no other post has. The ids are global on the server, so a random part follows the usual user id and milliseconds.</summary>
    public static string NewPendingPostId(string userId, TimeProvider time) =>
        string.Create(CultureInfo.InvariantCulture, $"{userId}:{time.GetUtcNow().ToUnixTimeMilliseconds()}:{RandomNumberGenerator.GetHexString(16, lowercase: true)}");
}
