namespace MmDrBot.Data;

/// <summary>What the state remembers of one verification or drill.</summary>
internal sealed record VerificationEntry
{
    /// <summary>The id of the record in the repository, or one of our own where that could not be written.</summary>
    public required string Id { get; init; }

    public required string RepositoryId { get; init; }

    public required string ManifestId { get; init; }

    /// <summary>structure, data, drill or boot.</summary>
    public required string Level { get; init; }

    public required bool Good { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required DateTimeOffset FinishedAt { get; init; }

    /// <summary>How long the restore of a drill took.</summary>
    public TimeSpan? RestoreTime { get; init; }
}
