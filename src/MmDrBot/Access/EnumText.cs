using System.Text.Json;

namespace MmDrBot.Access;

/// <summary>The text of an enum value wherever it is stored or shown: snake case, e.g. "partly_failed".</summary>
internal static class EnumText
{
    public static string Of<T>(T value) where T : struct, Enum =>
        JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    public static T Parse<T>(string text) where T : struct, Enum =>
        Enum.Parse<T>(text.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);
}
