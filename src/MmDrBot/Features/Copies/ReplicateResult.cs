using MmDrBot.Engine.Replication;

namespace MmDrBot.Features.Copies;

/// <summary>What `mmdr replicate --json` prints and a replication keeps as its result.</summary>
internal sealed record ReplicateResult
{
    public required string Copy { get; init; }

    public required string Location { get; init; }

    /// <summary>Whether the copy is sealed with another key than the first repository.</summary>
    public bool OwnKey { get; init; }

    /// <summary>Restore points that were copied now.</summary>
    public IReadOnlyList<string> Copied { get; init; } = [];

    /// <summary>How many restore points of the first repository the copy holds now.</summary>
    public int Held { get; init; }

    /// <summary>How many it still lacks that are for it.</summary>
    public int Missing { get; init; }

    /// <summary>How many of the first repository's restore points it had and forgot on purpose; they are not copied again.</summary>
    public int ForgottenThere { get; init; }

    /// <summary>Packs that were sent.</summary>
    public int Packs { get; init; }

    /// <summary>Their bytes.</summary>
    public long Bytes { get; init; }

    /// <summary>Other objects that were sent: keys, ledger, audit, tombstones and the like.</summary>
    public int Records { get; init; }

    /// <summary>Objects that the store vouched for by its own checksum.</summary>
    public int Confirmed { get; init; }

    /// <summary>Objects that were read back and hashed.</summary>
    public int ReadBack { get; init; }

    /// <summary>When the first lock of the copy ends; null where nothing is locked.</summary>
    public DateTimeOffset? LockedUntil { get; init; }

    /// <summary>What could not be copied and why.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>What is worth knowing of its locks.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    internal ReplicateResult With(ReplicationResult round) => this with
    {
        Copied = [.. Copied, .. round.Copied.Select(id => id.ToString())],
        Held = round.Held.Count,
        Missing = round.Missing.Count,
        ForgottenThere = round.ForgottenThere.Count,
        Packs = Packs + round.Packs,
        Bytes = Bytes + round.Bytes,
        Records = Records + round.Records,
        Confirmed = Confirmed + round.Confirmed,
        ReadBack = ReadBack + round.ReadBack,
        LockedUntil = round.Locks?.Until ?? LockedUntil,
        Problems = [.. Problems.Union(round.Problems)],
        Notes = [.. Notes.Union(round.Locks?.Warnings ?? [])],
    };
}
