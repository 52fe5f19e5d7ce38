using System.Text.Json;
using System.Text.Json.Nodes;

namespace MmDrBot.Mattermost;

/// <summary>
/// Answer to a slash command, at once or through the response URL. Mattermost takes it only with status 200, as
/// <c>application/json</c>, within <see cref="MattermostLimits.CommandTimeout"/>; for all else its user sees a general failure.
/// </summary>
public sealed record CommandResponse
{
    /// <summary>Who sees it. Default: only the user who typed the command.</summary>
    public CommandResponseType ResponseType { get; init; }

    /// <summary>Markdown. As an in_channel answer at most <see cref="MattermostLimits.PostRunes"/> code points.</summary>
    public string? Text { get; init; }

    /// <summary>Shown instead of the user's name, if the server allows it.</summary>
    public string? Username { get; init; }

    /// <summary>Shown instead of the user's picture, if the server allows it.</summary>
    public string? IconUrl { get; init; }

    /// <summary>Properties of the post.</summary>
    public JsonObject? Props { get; init; }

    /// <summary>Coloured boxes below the text.</summary>
    public IReadOnlyList<MessageAttachment>? Attachments { get; init; }

    /// <summary>An address that the client opens.</summary>
    public string? GotoLocation { get; init; }

    /// <summary>Keeps <c>&lt;!here&gt;</c> and <c>&lt;url|text&gt;</c> as they are; set it when the text holds foreign words.</summary>
    public bool SkipSlackParsing { get; init; }

    /// <summary>More messages after this one.</summary>
    public IReadOnlyList<CommandResponse>? ExtraResponses { get; init; }

    /// <summary>An answer for the user alone.</summary>
    public static CommandResponse Ephemeral(string text) => new() { Text = text, SkipSlackParsing = true };

    /// <summary>An answer for the channel, posted as the user who typed the command.</summary>
    public static CommandResponse InChannel(string text) => new() { ResponseType = CommandResponseType.InChannel, Text = text, SkipSlackParsing = true };

    /// <summary>The body to send.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, MattermostJson.Options);
}
