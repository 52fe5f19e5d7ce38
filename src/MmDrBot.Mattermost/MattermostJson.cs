using System.Text.Json;
using System.Text.Json.Serialization;

namespace MmDrBot.Mattermost;

/// <summary>How this library writes and reads Mattermost's JSON: snake_case, absent instead of null.</summary>
public static class MattermostJson
{
    /// <summary>Shared and read-only.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.General)
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        };
        options.MakeReadOnly(populateMissingResolver: true);

        return options;
    }
}
