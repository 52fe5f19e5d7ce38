namespace MmDrBot.Engine.Repositories;

/// <summary>A manifest's content: one state of a Mattermost server, complete or partly (docs/design.md, "Manifest").</summary>
public sealed record RestorePoint
{
    internal const string FormatName = "mmdr-restore-point";
    internal const int CurrentVersion = 1;

    /// <summary>The id: SHA-256 of the stored manifest. Not part of the content.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public BlobId Id { get; init; }

    /// <summary>Always `mmdr-restore-point`.</summary>
    public string Format { get; init; } = FormatName;

    /// <summary>The manifest's format version.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>The repository that it belongs to.</summary>
    public required string Repository { get; init; }

    /// <summary>When the backup began, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When all was stored, UTC.</summary>
    public required DateTimeOffset FinishedAt { get; init; }

    /// <summary>A word of the one who asked for it.</summary>
    public string? Label { get; init; }

    /// <summary>The machine that took it.</summary>
    public required string Host { get; init; }

    /// <summary>The program and its version.</summary>
    public required string Program { get; init; }

    /// <summary>Whether everything that was present could be read.</summary>
    public required RestorePointState State { get; init; }

    /// <summary>What the reader should know, such as files that the database names and the store lacks.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The restore points that were live before this one.</summary>
    public IReadOnlyList<BlobId> Previous { get; init; } = [];

    /// <summary>The key slots that were live at the commit.</summary>
    public IReadOnlyList<BlobId> KeySlots { get; init; } = [];

    /// <summary>The indexes in force at the commit, this backup's own among them.</summary>
    public IReadOnlyList<BlobId> Indexes { get; init; } = [];

    /// <summary>The database, if it was part of the backup.</summary>
    public DatabaseComponent? Database { get; init; }

    /// <summary>The configuration, if it was part of the backup.</summary>
    public ConfigComponent? Config { get; init; }

    /// <summary>The file store, if it was part of the backup.</summary>
    public FilesComponent? Files { get; init; }

    /// <summary>Bytes that were new in the repository, before compression.</summary>
    public long NewBytes { get; init; }

    /// <summary>The copies that it is for, by their names in the settings of the host that took it; null: all.</summary>
    public IReadOnlyList<string>? Copies { get; init; }

    /// <summary>Of a copy with another key: what it is a copy of. Null for all others.</summary>
    public RestorePointOrigin? Origin { get; init; }

    /// <summary>By so much clocks of hosts may differ before a time counts as wrong.</summary>
    public static TimeSpan ClockTolerance { get; } = TimeSpan.FromMinutes(5);

    /// <summary>Whether a copy is to hold it.</summary>
    /// <param name="copy">The copy's name; null: one that takes everything.</param>
    public bool IsFor(string? copy) => copy is null || Copies is null || Copies.Contains(copy);

    /// <summary>Names of the components that are in it.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public IReadOnlyList<string> Components =>
        [.. new[] { Database is null ? "" : "database", Config is null ? "" : "config", Files is null ? "" : "files" }.Where(name => name != "")];

    /// <summary>Bytes of content, all components together.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public long Bytes => (Database?.Bytes ?? 0) + (Config?.Bytes ?? 0) + (Files?.Bytes ?? 0);

    /// <summary>Whether its time has not come yet, because a clock was wrong. Such a one must not pass for the newest.</summary>
    public bool IsAhead(DateTimeOffset now) => CreatedAt > now + ClockTolerance;
}

/// <summary>What a restore point is a copy of.</summary>
/// <param name="Repository">The id of the repository that it was copied from.</param>
/// <param name="RestorePoint">Its id there.</param>
public sealed record RestorePointOrigin(string Repository, BlobId RestorePoint);
