using System.Text.Json;
using System.Text.Json.Nodes;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>What an integration answered.</summary>
internal sealed record CommandAnswer(string MediaType, string Body)
{
    private static readonly string[] _texts = ["response_type", "text", "username", "channel_id", "icon_url", "type", "goto_location", "trigger_id"];

    /// <summary>The answer with all fields present; anything but JSON is the text. Null for JSON that Mattermost cannot read.</summary>
    public JsonObject? Read() => MediaType == "application/json" ? Parse(Body) : Complete(new JsonObject { ["text"] = Body });

    /// <summary>Reads JSON as Go's decoder does: unknown fields pass, a wrong type does not.</summary>
    public static JsonObject? Parse(string json)
    {
        try
        {
            return JsonNode.Parse(json) is JsonObject answer ? Complete(answer) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonObject? Complete(JsonObject answer)
    {
        if (!HasTypes(answer))
            return null;

        var result = new JsonObject();

        foreach (var name in _texts)
            result[name] = (string?)answer[name] ?? "";

        result["props"] = answer["props"]?.DeepClone();
        result["skip_slack_parsing"] = (bool?)answer["skip_slack_parsing"] ?? false;
        result["attachments"] = answer["attachments"] is JsonArray attachments ? StandInAttachments.Normalise(attachments, keepIntegration: true) : null;

        return AddExtra(result, answer["extra_responses"] as JsonArray) ? result : null;
    }

    private static bool HasTypes(JsonObject answer) =>
        _texts.All(name => Is(answer, name, JsonValueKind.String))
        && Is(answer, "props", JsonValueKind.Object)
        && (Is(answer, "skip_slack_parsing", JsonValueKind.True) || Is(answer, "skip_slack_parsing", JsonValueKind.False))
        && Is(answer, "attachments", JsonValueKind.Array)
        && Is(answer, "extra_responses", JsonValueKind.Array);

    private static bool Is(JsonObject answer, string name, JsonValueKind kind) => answer[name] is not { } value || value.GetValueKind() == kind;

    private static bool AddExtra(JsonObject result, JsonArray? extra)
    {
        if (extra is null)
        {
            result["extra_responses"] = null;
            return true;
        }

        var parsed = extra.Select(one => one is JsonObject answer ? Complete(answer) : null).ToArray();
        result["extra_responses"] = new JsonArray([.. parsed]);

        return parsed.All(one => one is not null);
    }
}
