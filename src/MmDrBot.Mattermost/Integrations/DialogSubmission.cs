using System.Text.Json;
using System.Text.Json.Nodes;

namespace MmDrBot.Mattermost;

/// <summary>
/// A submitted or closed dialog, as Mattermost sends it: without any token. The user is the one who sent it; all else, state and address
/// included, the client could choose.
/// </summary>
public sealed record DialogSubmission
{
    /// <summary><c>dialog_submission</c>.</summary>
    public string Type { get; init; } = "";

    /// <summary>As it was opened with, if the client is honest.</summary>
    public string CallbackId { get; init; } = "";

    /// <summary>As it was opened with, if the client is honest.</summary>
    public string State { get; init; } = "";

    /// <summary>Who submitted it, by Mattermost's word.</summary>
    public string UserId { get; init; } = "";

    /// <summary>Where it was opened.</summary>
    public string ChannelId { get; init; } = "";

    /// <summary>Empty in direct channels.</summary>
    public string TeamId { get; init; } = "";

    /// <summary>Texts, truth values and null by field; null as a whole when it was closed.</summary>
    public JsonObject? Submission { get; init; }

    /// <summary>Whether it was closed without being submitted.</summary>
    public bool Cancelled { get; init; }

    /// <summary>Reads the body.</summary>
    /// <exception cref="FormatException">It is no such submission.</exception>
    public static DialogSubmission Parse(string json) => IntegrationJson.Parse<DialogSubmission>(json);

    /// <summary>The fields as texts, truth values as <c>true</c> and <c>false</c>; empty ones are left out.</summary>
    /// <exception cref="FormatException">A name is there twice.</exception>
    public IReadOnlyDictionary<string, string> Fields()
    {
        try
        {
            return (Submission ?? []).Select(field => KeyValuePair.Create(field.Key, Text(field.Value))).Where(field => field.Value.Length > 0).ToDictionary(StringComparer.Ordinal);
        }
        catch (ArgumentException malformed)
        {
            throw new FormatException("the submission names a field twice", malformed);
        }
    }

    /// <summary>Who and where, without what was typed.</summary>
    public override string ToString() => $"dialog of {UserId} in {ChannelId}";

    private static string Text(JsonNode? value) => value?.GetValueKind() switch
    {
        JsonValueKind.String => (string)value!,
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Number => value.ToJsonString(),
        _ => "",
    };
}
