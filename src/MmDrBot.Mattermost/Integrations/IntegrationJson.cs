using System.Text.Json;

namespace MmDrBot.Mattermost;

/// <summary>Reads what Mattermost, or somebody in its place, posts to an integration.</summary>
internal static class IntegrationJson
{
    /// <exception cref="FormatException">The text is no JSON object of this shape.</exception>
    public static T Parse<T>(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, MattermostJson.Options) ?? throw new FormatException("the body is null");
        }
        catch (Exception malformed) when (malformed is JsonException or ArgumentException or InvalidOperationException)
        {
            throw new FormatException("the body is not what Mattermost sends", malformed);
        }
    }
}
