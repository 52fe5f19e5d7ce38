using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MmDrBot.Engine.Repositories;

/// <summary>How the repository's JSON is written: camel case, nothing for null, unknown members ignored.</summary>
internal static class ManifestJson
{
    internal static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        RespectNullableAnnotations = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    internal static T Parse<T>(ReadOnlySpan<byte> json, string name)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, Options) ?? throw EngineException.Damaged(name, "it is empty");
        }
        catch (JsonException failure)
        {
            throw EngineException.Damaged(name, "its content does not read as its kind", failure);
        }
    }
}
