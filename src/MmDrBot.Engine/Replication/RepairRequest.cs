namespace MmDrBot.Engine.Replication;

/// <summary>How a repository is to be repaired.</summary>
public sealed record RepairRequest
{
    /// <summary>Read every pack from end to end; without, only those that are missing, have a wrong size or were found damaged before.</summary>
    public bool ReadData { get; init; }

    /// <summary>Only say what would be done.</summary>
    public bool DryRun { get; init; }

    /// <summary>Restore points that somebody recorded as committed and not forgotten.</summary>
    public IReadOnlyCollection<Repositories.BlobId> Expected { get; init; } = [];
}
