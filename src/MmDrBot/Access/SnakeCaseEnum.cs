using System.Text.Json;
using System.Text.Json.Serialization;

namespace MmDrBot.Access;

/// <summary>Writes an enum to JSON as <see cref="EnumText"/> does.</summary>
internal sealed class SnakeCaseEnum<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
