using System.Text.Json.Serialization;
using MmDrBot.Access;

namespace MmDrBot.Sso;

/// <summary>What became of one account in a call.</summary>
internal sealed record ConversionResult
{
    /// <summary>As it was asked for.</summary>
    public required string Wanted { get; init; }

    public string? Username { get; init; }

    public string? UserId { get; init; }

    public required ConversionOutcome Outcome { get; init; }

    /// <summary>Sentences: what is true now, and what to tell the caller.</summary>
    public required string Message { get; init; }

    public string? ConversionId { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Whether signing in will ask for a second factor.</summary>
    public bool AsksForMfa { get; init; }

    /// <summary>What will stop the person from signing in until it is seen to.</summary>
    public IReadOnlyList<SignInObstacle> Obstacles { get; init; } = [];

    /// <summary>The link of a one-time page; a secret, never kept.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Link { get; init; }

    /// <summary>The password; a secret, never kept, given out once.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TemporaryPassword { get; init; }

    /// <summary>Without secrets, so that none gets into a log.</summary>
    public override string ToString() => $"{Username ?? Wanted}: {Outcome}";
}

[JsonConverter(typeof(SnakeCaseEnum<ConversionOutcome>))]
internal enum ConversionOutcome
{
    Converted,
    AlreadyConverted,
    Refused,
    Failed,
    Unknown,
}
