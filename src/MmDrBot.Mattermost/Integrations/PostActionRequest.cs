using System.Text.Json;
using System.Text.Json.Nodes;

namespace MmDrBot.Mattermost;

/// <summary>
/// A click, as Mattermost sends it: JSON with neither a token nor a signature. Everybody who reaches the address can send the same, and
/// everybody who may post can make a button with any context; only what the context proves may be believed.
/// </summary>
public sealed record PostActionRequest
{
    /// <summary>Who clicked, by Mattermost's word.</summary>
    public string UserId { get; init; } = "";

    /// <summary>That account's name.</summary>
    public string UserName { get; init; } = "";

    /// <summary>Where the post stands.</summary>
    public string ChannelId { get; init; } = "";

    /// <summary>Empty in direct channels.</summary>
    public string TeamId { get; init; } = "";

    /// <summary>The post with the button; the id of a message that nobody keeps if only one user sees it.</summary>
    public string PostId { get; init; } = "";

    /// <summary>Opens a dialog within <see cref="MattermostLimits.TriggerLifetime"/>. A secret.</summary>
    public string TriggerId { get; init; } = "";

    /// <summary>What the button was made with.</summary>
    public JsonObject? Context { get; init; }

    /// <summary>Reads the body.</summary>
    /// <exception cref="FormatException">It is no such request.</exception>
    public static PostActionRequest Parse(string json) => IntegrationJson.Parse<PostActionRequest>(json);

    /// <summary>A text of the context; null where there is none.</summary>
    public string? ContextText(string name)
    {
        try
        {
            return Context is { } context && context.TryGetPropertyValue(name, out var value) && value?.GetValueKind() is JsonValueKind.String ? (string?)value : null;
        }
        catch (ArgumentException)
        {
            return null; // A name is there twice.
        }
    }

    /// <summary>Who and where, without the secrets.</summary>
    public override string ToString() => $"click by {UserId} on {PostId}";
}
