using System.Text.Json.Nodes;

namespace MmDrBot.Mattermost;

/// <summary>What to change in a message; null leaves a field as it is.</summary>
public sealed record PostPatch
{
    /// <summary>The new text.</summary>
    public string? Message { get; init; }

    /// <summary>The new properties. They replace all old ones, <c>from_bot</c> included; an empty object removes attachments and buttons.</summary>
    public JsonObject? Props { get; init; }
}
