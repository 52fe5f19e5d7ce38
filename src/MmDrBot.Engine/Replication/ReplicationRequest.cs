using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Replication;

/// <summary>What a replication is to copy.</summary>
public sealed record ReplicationRequest
{
    /// <summary>Only this restore point; null: all that the copy lacks, the newest first.</summary>
    public BlobId? RestorePoint { get; init; }

    /// <summary>The copy forgets what was forgotten where it comes from. Without, a copy keeps what it has.</summary>
    public bool Forget { get; init; }
}
