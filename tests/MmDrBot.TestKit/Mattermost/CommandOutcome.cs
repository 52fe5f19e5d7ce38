using System.Text.Json.Nodes;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>What came of a slash command, as its user saw it.</summary>
public sealed record CommandOutcome
{
    /// <summary>200, or the failure's status.</summary>
    public required int Status { get; init; }

    /// <summary>Null unless it failed.</summary>
    public string? ErrorId { get; init; }

    /// <summary>All that the user can read: the failure's text, or the messages, one after the other.</summary>
    public required string Text { get; init; }

    /// <summary>What appeared in the channel or before the user alone.</summary>
    public IReadOnlyList<ShownMessage> Messages { get; init; } = [];

    /// <summary>The JSON that the client gets; null if the command failed.</summary>
    public JsonObject? Response { get; init; }

    /// <summary>Where the integration may send later answers; null if nothing was sent to it.</summary>
    public Uri? ResponseUrl { get; init; }

    internal static CommandOutcome Failed(StandInError error) => new() { Status = error.Status, ErrorId = error.Id, Text = error.Message };
}
