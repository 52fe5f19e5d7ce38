using System.Text.Json.Nodes;

namespace MmDrBot.Mattermost;

/// <summary>Where a click goes, and what it brings along.</summary>
public sealed record PostActionIntegration
{
    /// <summary>Mattermost posts a <see cref="PostActionRequest"/> there, without any token.</summary>
    public required string Url { get; init; }

    /// <summary>Comes back with each click as it is.</summary>
    public JsonObject? Context { get; init; }
}
