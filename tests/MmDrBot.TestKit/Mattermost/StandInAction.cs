using System.Text.Json.Nodes;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>A button with what no client sees of it.</summary>
internal sealed record StandInAction(string Id, string Type, string DataSource, string Url, JsonObject? Context)
{
    /// <summary>The buttons of attachments, each with an id; an action without an integration can't be clicked.</summary>
    public static IReadOnlyDictionary<string, StandInAction> Of(JsonNode? attachments)
    {
        var found = new Dictionary<string, StandInAction>(StringComparer.Ordinal);

        foreach (var action in (attachments as JsonArray ?? []).OfType<JsonObject>().SelectMany(one => one["actions"] as JsonArray ?? []).OfType<JsonObject>())
        {
            if ((string?)action["id"] is null or "")
                action["id"] = StandInIds.New();

            if (action["integration"] is JsonObject integration)
                found.TryAdd((string)action["id"]!, Read(action, integration));
        }

        return found;
    }

    private static StandInAction Read(JsonObject action, JsonObject integration) => new(
        (string)action["id"]!, (string?)action["type"] ?? "", (string?)action["data_source"] ?? "", (string?)integration["url"] ?? "", integration["context"]?.DeepClone() as JsonObject);
}
