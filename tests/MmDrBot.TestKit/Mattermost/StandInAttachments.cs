using System.Text.Json.Nodes;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>Attachments as the server keeps and shows them: all fields present, what buttons point at withheld.</summary>
internal static class StandInAttachments
{
    private static readonly string[] _texts =
    [
        "fallback", "color", "pretext", "author_name", "author_link", "author_icon", "title", "title_link", "text", "image_url", "thumb_url", "footer", "footer_icon",
    ];

    public static JsonArray Normalise(JsonArray attachments, bool keepIntegration) =>
        [.. attachments.OfType<JsonObject>().Select(attachment => One(attachment, keepIntegration))];

    /// <summary>Puts a cookie in place of what a button points at.</summary>
    public static void SetCookie(JsonNode? attachments, string actionId, string cookie)
    {
        foreach (var action in (attachments as JsonArray ?? []).SelectMany(one => one!["actions"] as JsonArray ?? []).OfType<JsonObject>().Where(action => (string?)action["id"] == actionId))
        {
            action.Remove("integration");
            action["cookie"] = cookie;
        }
    }

    private static JsonObject One(JsonObject attachment, bool keepIntegration)
    {
        var result = new JsonObject { ["id"] = 0 };

        foreach (var name in _texts)
            result[name] = (string?)attachment[name] ?? "";

        result["fields"] = attachment["fields"]?.DeepClone();
        result["ts"] = attachment["ts"]?.DeepClone();

        if (attachment["actions"] is JsonArray actions)
            result["actions"] = new JsonArray([.. actions.OfType<JsonObject>().Select(action => Action(action, keepIntegration))]);

        return result;
    }

    private static JsonObject Action(JsonObject action, bool keepIntegration)
    {
        var result = (JsonObject)action.DeepClone();

        if (!keepIntegration)
            result.Remove("integration");

        return result;
    }
}
