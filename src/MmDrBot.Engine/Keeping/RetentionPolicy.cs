using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Keeping;

/// <summary>Which restore points are kept: a rule for all, others for single labels, and whose days are counted.</summary>
public sealed record RetentionPolicy
{
    /// <summary>For restore points whose label has no rule of its own.</summary>
    public RetentionRule Default { get; init; } = new();

    /// <summary>By label.</summary>
    public IReadOnlyDictionary<string, RetentionRule> Labels { get; init; } = new Dictionary<string, RetentionRule>();

    /// <summary>In whose time zone hours, days, weeks, months and years begin; an IANA name.</summary>
    public string TimeZone { get; init; } = "UTC";

    /// <summary>Nothing is removed when the newest restore point is older; null: than is expected of its components, else three times the usual pause between the last ones, at least 36 hours.</summary>
    public TimeSpan? NewestWithin { get; init; }

    /// <summary>Whether it keeps everything.</summary>
    [JsonIgnore]
    public bool IsEmpty => Default.IsEmpty && Labels.Values.All(rule => rule.IsEmpty);

    /// <summary>Which policy this is: 16 hex digits, equal for equal policies.</summary>
    [JsonIgnore]
    public string Fingerprint => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(Sorted, ManifestJson.Options)))[..16];

    /// <summary>What is wrong with it, a sentence each.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Faults => HasNulls ? ["default, labels, each rule of a label and timeZone can be left out, but are not null."] : FaultsOfParts;

    /// <summary>A document may say null where the type does not.</summary>
    private bool HasNulls => Default is null || Labels is null || TimeZone is null || Labels.Values.Any(rule => rule is null);

    private IReadOnlyList<string> FaultsOfParts =>
    [
        .. Default.Faults("default"),
        .. Labels.SelectMany(label => label.Value.Faults($"labels.{label.Key}")),
        .. Labels.Keys.Any(string.IsNullOrWhiteSpace) ? ["labels: a label is not empty; `default` is for restore points without one."] : Array.Empty<string>(),
        .. TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out _) ? Array.Empty<string>() : [$"timeZone: {TimeZone} is not known here; write an IANA name such as Europe/Berlin."],
        .. NewestWithin is { } within && within <= System.TimeSpan.Zero ? ["newestWithin: must be more than 0."] : Array.Empty<string>(),
    ];

    internal RetentionRule RuleFor(string? label) => label is not null && Labels.TryGetValue(label, out var own) ? own : Default;

    private RetentionPolicy Sorted => this with { Labels = new SortedDictionary<string, RetentionRule>(Labels.ToDictionary(), StringComparer.Ordinal) };
}
