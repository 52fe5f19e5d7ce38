namespace MmDrBot.Data;

/// <summary>What the state remembers of a committed restore point.</summary>
internal sealed record RestorePointRecord
{
    public required string RepositoryId { get; init; }

    public required string ManifestId { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>A JSON array of component names.</summary>
    public required string ComponentsJson { get; init; }

    /// <summary>A JSON array of the copies that it is for; null: all.</summary>
    public string? CopiesJson { get; init; }

    /// <summary>Bytes of the sources, before compression.</summary>
    public required long Bytes { get; init; }

    public DateTimeOffset? ForgottenAt { get; init; }
}
