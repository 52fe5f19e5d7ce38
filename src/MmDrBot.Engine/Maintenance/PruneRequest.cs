namespace MmDrBot.Engine.Maintenance;

/// <summary>How to prune.</summary>
public sealed record PruneRequest
{
    /// <summary>Only say what would be done.</summary>
    public bool DryRun { get; init; }

    /// <summary>Nothing else writes to the repository while this runs; needed where the store does not refuse to overwrite.</summary>
    public bool SoleWriter { get; init; }

    /// <summary>How long condemned packs stay. Longer than any backup looks back, and than clocks differ.</summary>
    public TimeSpan MinimumAge { get; init; } = TimeSpan.FromHours(24);

    /// <summary>A pack is rewritten when more than this share of it is needed by nobody.</summary>
    public double MaximumWaste { get; init; } = 0.3;
}

/// <summary>What prune did, or would do.</summary>
/// <param name="Condemned">Packs newly condemned.</param>
/// <param name="Rewritten">Packs whose needed blobs were copied before.</param>
/// <param name="Reprieved">Condemned packs that are needed again.</param>
/// <param name="Deleted">Packs deleted.</param>
/// <param name="DeletedBytes">Their bytes.</param>
/// <param name="Waiting">Condemned packs that are too young to go.</param>
/// <param name="Leftovers">Leftovers of interrupted commands.</param>
public sealed record PruneResult(int Condemned, int Rewritten, int Reprieved, int Deleted, long DeletedBytes, int Waiting, int Leftovers)
{
    /// <summary>Condemned packs that nobody needs, but whose locks have not run out; a later prune deletes them.</summary>
    public int Locked { get; init; }

    /// <summary>When the last of those locks ends.</summary>
    public DateTimeOffset? LockedUntil { get; init; }

    /// <summary>Deleted packs of which the store keeps a version, since the credentials may not delete versions: a lifecycle rule of the bucket frees their space.</summary>
    public int Kept { get; init; }
}
