using System.Text.Json;

namespace MmDrBot.Mattermost;

/// <summary>Answer to a submission, with status 200: without errors the dialog closes, with errors it stays open and shows them.</summary>
public sealed record DialogAnswer
{
    /// <summary>Above the button.</summary>
    public string? Error { get; init; }

    /// <summary>Below fields, by their names.</summary>
    public IReadOnlyDictionary<string, string>? Errors { get; init; }

    /// <summary>The body to send.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, MattermostJson.Options);
}
