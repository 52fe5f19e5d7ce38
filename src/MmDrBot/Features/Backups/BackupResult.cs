namespace MmDrBot.Features.Backups;

/// <summary>What `mmdr backup --json` prints and a backup job keeps as its result.</summary>
internal sealed record BackupResult
{
    public required string RestorePoint { get; init; }

    /// <summary>complete or partial.</summary>
    public required string State { get; init; }

    public required IReadOnlyList<string> Components { get; init; }

    /// <summary>Bytes of content.</summary>
    public required long Bytes { get; init; }

    /// <summary>Bytes of content that the repository did not have yet.</summary>
    public required long NewBytes { get; init; }

    public required long Tables { get; init; }

    public required long Rows { get; init; }

    public required long Files { get; init; }

    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>How its objects are locked; null where they are not.</summary>
    public BackupLock? Lock { get; init; }

    /// <summary>The copies that a replication waits for, or runs for.</summary>
    public IReadOnlyList<string> Copies { get; init; } = [];

    /// <summary>Why no replication could be queued; null when there is nothing to say.</summary>
    public string? NotCopied { get; init; }

    /// <summary>Why the state has no record of the restore point, if it has none.</summary>
    public string? NotRecorded { get; init; }
}

/// <summary>How the objects of a restore point are locked.</summary>
/// <param name="Mode">governance or compliance.</param>
/// <param name="Until">When the first of the repository's locks ends, unless it is extended.</param>
/// <param name="Extended">How many older objects were locked for longer.</param>
internal sealed record BackupLock(string Mode, DateTimeOffset? Until, int Extended);
