using System.Text.Json;

namespace MmDrBot.Mattermost;

/// <summary>
/// Answer to a click. Mattermost takes it only with status 200, as JSON; all else is a general failure. The post itself is changed
/// through the API instead of here: an answer that changes a message which one user alone sees fails.
/// </summary>
public sealed record PostActionResponse
{
    /// <summary>Markdown, for who clicked alone.</summary>
    public string? EphemeralText { get; init; }

    /// <summary>Keeps foreign words from being read as Slack's markup; newer releases heed it.</summary>
    public bool SkipSlackParsing { get; init; } = true;

    /// <summary>The body to send.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, MattermostJson.Options);
}
