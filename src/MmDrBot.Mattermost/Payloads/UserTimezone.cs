using System.Text.Json.Serialization;

namespace MmDrBot.Mattermost;

/// <summary>The time zone of an account, by IANA names; empty where the client never told.</summary>
public sealed record UserTimezone
{
    /// <summary>As the client found it.</summary>
    [JsonPropertyName("automaticTimezone")]
    public string Automatic { get; init; } = "";

    /// <summary>As the user chose it.</summary>
    [JsonPropertyName("manualTimezone")]
    public string Manual { get; init; } = "";

    /// <summary><c>true</c> or <c>false</c>, as text.</summary>
    [JsonPropertyName("useAutomaticTimezone")]
    public string UseAutomatic { get; init; } = "";

    /// <summary>The zone that counts; empty when there is none.</summary>
    [JsonIgnore]
    public string Name => UseAutomatic == "false" ? Manual : Automatic;
}
