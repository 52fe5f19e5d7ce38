using System.Text.Json.Nodes;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>A message that appeared before the user of a command.</summary>
public sealed record ShownMessage(string Text, bool IsEphemeral, string ChannelId, JsonObject Props)
{
    /// <summary>The post, or the id of a message that is kept nowhere.</summary>
    public string Id { get; init; } = "";
}
