using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Keeping;

/// <summary>What a record of the folder `pins/` says.</summary>
internal enum PinRecordKind
{
    Pin,
    Hold,

    /// <summary>Takes back what other records say; nothing is rewritten.</summary>
    Release,
}

/// <summary>One record: a pin, a hold, or the end of some.</summary>
internal sealed record PinRecord
{
    public int Version { get; init; } = 1;

    public required PinRecordKind Kind { get; init; }

    public required BlobId RestorePoint { get; init; }

    public required DateTimeOffset At { get; init; }

    public required string By { get; init; }

    public string? Reason { get; init; }

    /// <summary>The ids of the records that a release ends.</summary>
    public IReadOnlyList<BlobId> Releases { get; init; } = [];
}
