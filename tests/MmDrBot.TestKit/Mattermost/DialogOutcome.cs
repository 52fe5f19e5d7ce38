using System.Text.Json.Nodes;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>What came of a submitted dialog. Without errors it closes.</summary>
public sealed record DialogOutcome(int Status, string? ErrorId, JsonObject Body)
{
    public string? Error => (string?)Body["error"];

    public JsonObject Errors => Body["errors"] as JsonObject ?? [];

    public bool Closes => Status == 200 && string.IsNullOrEmpty(Error) && Errors.Count == 0;
}
