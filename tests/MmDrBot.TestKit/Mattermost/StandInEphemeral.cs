using System.Text.Json.Nodes;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>A message that one user saw and nobody kept.</summary>
public sealed record StandInEphemeral(string UserId, string ChannelId, string Message, JsonObject Props)
{
    internal string Id { get; init; } = StandInIds.New();
}
