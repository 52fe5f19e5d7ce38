using System.Text.Json.Serialization;

namespace MmDrBot.Features.Outages;

/// <summary>What Mattermost's database itself shows of the accounts in an outage's books.</summary>
internal sealed record OutageProof
{
    /// <summary>How many sign in with a password there now, those signed off aside; null when the database could not be read.</summary>
    public int? WithPassword { get; init; }

    /// <summary>How many of those who were signed off do.</summary>
    public int SignedOff { get; init; }

    /// <summary>Where the books and the database disagree, both ways.</summary>
    public IReadOnlyList<Drift> Drifts { get; init; } = [];

    /// <summary>Why the database could not be read.</summary>
    public string? Problem { get; init; }

    /// <summary>`password`, a service or `gone`, by the conversion's id.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, string> SignsInWith { get; init; } = new Dictionary<string, string>();

    internal string Sentence => Problem is not null
        ? $"What Mattermost's database shows is not known: {Problem}"
        : $"Mattermost's database shows {WithPassword} of these accounts with a password{(SignedOff == 0 ? "" : $", besides {SignedOff} signed off")}.{string.Concat(Drifts.Select(drift => $"\n- {drift.Message}"))}";
}
