using System.Text.Json.Serialization;

namespace MmDrBot.Mattermost;

/// <summary>Who sees the answer to a slash command.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CommandResponseType>))]
public enum CommandResponseType
{
    /// <summary>Only the user who typed it, until the client reloads.</summary>
    [JsonStringEnumMemberName("ephemeral")]
    Ephemeral,

    /// <summary>Everybody in the channel.</summary>
    [JsonStringEnumMemberName("in_channel")]
    InChannel,
}
