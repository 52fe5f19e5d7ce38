using MmDrBot.Engine.Locking;
using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Replication;

/// <summary>What a replication did.</summary>
public sealed record ReplicationResult
{
    /// <summary>Restore points that were copied now, in the order of their commits.</summary>
    public required IReadOnlyList<BlobId> Copied { get; init; }

    /// <summary>All live restore points of the source that the copy holds now, by their ids in the source.</summary>
    public required IReadOnlyList<ReplicatedPoint> Held { get; init; }

    /// <summary>Live restore points of the source that are for the copy and that it still lacks.</summary>
    public required IReadOnlyList<ReplicatedPoint> Missing { get; init; }

    /// <summary>Live restore points of the source that the copy forgot on purpose: it does not hold them, and they are not copied again.</summary>
    public required IReadOnlyList<ReplicatedPoint> ForgottenThere { get; init; }

    /// <summary>Packs that were sent.</summary>
    public required int Packs { get; init; }

    /// <summary>Their bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>Other objects that were sent: keys, ledger, audit, tombstones and the like.</summary>
    public required int Records { get; init; }

    /// <summary>How many objects the store vouched for by its own checksum; all others were read back and hashed.</summary>
    public required int Confirmed { get; init; }

    /// <summary>How many objects were read back.</summary>
    public required int ReadBack { get; init; }

    /// <summary>How the copy's locks stand; null where none are asked for.</summary>
    public LockReport? Locks { get; init; }

    /// <summary>What could not be copied and why, each a sentence that names the object.</summary>
    public required IReadOnlyList<string> Problems { get; init; }
}

/// <summary>A restore point of the source.</summary>
/// <param name="Id">Its id there.</param>
/// <param name="CreatedAt">When it was taken.</param>
public sealed record ReplicatedPoint(BlobId Id, DateTimeOffset CreatedAt);
