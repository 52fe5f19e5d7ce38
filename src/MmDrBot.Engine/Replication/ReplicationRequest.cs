using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Replication;

/// <summary>What a replication is to copy.</summary>
public sealed record ReplicationRequest
{
    /// <summary>Only this restore point; null: all that the copy lacks, the newest first.</summary>
    public BlobId? RestorePoint { get; init; }

    /// <summary>The copy's name: restore points that name other copies are not for it, unless one is asked for. Null: it takes all.</summary>
    public string? Copy { get; init; }
}
