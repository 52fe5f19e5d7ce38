using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Verification;

/// <summary>What came of one verification, kept in the repository beside the restore point. Written once, so that the proof outlives the state.</summary>
public sealed record VerificationRecord
{
    /// <summary>The id: SHA-256 of the stored record. Not part of the content.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public BlobId Id { get; init; }

    /// <summary>The record's format version.</summary>
    public int Version { get; init; } = 1;

    /// <summary>What was verified.</summary>
    public required BlobId RestorePoint { get; init; }

    /// <summary>How far.</summary>
    public required VerificationLevel Level { get; init; }

    /// <summary>When it began, UTC.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it was over, UTC.</summary>
    public required DateTimeOffset FinishedAt { get; init; }

    /// <summary>False only where damage was found: a verification that could not be carried out leaves no record.</summary>
    public required bool Good { get; init; }

    /// <summary>The machine that verified.</summary>
    public required string Host { get; init; }

    /// <summary>The program and its version.</summary>
    public required string Program { get; init; }

    /// <summary>How long the restore of a drill took; null where nothing was restored.</summary>
    public double? RestoreSeconds { get; init; }

    /// <summary>What a drill could not tell by the nature of the restore point, a sentence each.</summary>
    public IReadOnlyList<string> NotProven { get; init; } = [];

    /// <summary>What Mattermost did not do on what was restored and is right, a sentence each. The level of such a record is <see cref="VerificationLevel.Drill"/>, and it is good: nothing speaks against the restore point.</summary>
    public IReadOnlyList<string> BootFaults { get; init; } = [];

    /// <summary>What was found wrong, a sentence each; the first of them where there are many.</summary>
    public IReadOnlyList<string> Damage { get; init; } = [];

    /// <summary>Of one that found damage: the good ones of the same restore point that bore a later time all the same, because a clock was ahead. They count for nothing.</summary>
    public IReadOnlyList<BlobId> Overrules { get; init; } = [];
}
