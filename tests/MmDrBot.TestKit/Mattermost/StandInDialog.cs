using System.Text.Json.Nodes;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>A dialog that came up before a user.</summary>
public sealed record StandInDialog(string UserId, string Url, JsonObject Dialog)
{
    public string Title => (string?)Dialog["title"] ?? "";

    public string State => (string?)Dialog["state"] ?? "";

    public string CallbackId => (string?)Dialog["callback_id"] ?? "";

    /// <summary>The names of its fields.</summary>
    public IReadOnlyList<string> Fields => [.. (Dialog["elements"] as JsonArray ?? []).Select(element => (string)element!["name"]!)];
}
