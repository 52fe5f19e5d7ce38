using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Replication;

/// <summary>What a repair did, or would do.</summary>
public sealed record RepairResult
{
    /// <summary>Objects that were taken from the other repository, by their names.</summary>
    public required IReadOnlyList<string> Mended { get; init; }

    /// <summary>Whether the indexes were made anew from the packs.</summary>
    public required bool IndexRebuilt { get; init; }

    /// <summary>Blobs that the other repository holds in other packs, and that got new ones here.</summary>
    public required int Resealed { get; init; }

    /// <summary>Packs that had been found damaged and are proven whole now.</summary>
    public required int Trusted { get; init; }

    /// <summary>Packs that were read from end to end.</summary>
    public required int PacksRead { get; init; }

    /// <summary>Damaged or missing objects of which no good copy was found, by their names.</summary>
    public required IReadOnlyList<string> Lost { get; init; }

    /// <summary>What restore points lack because of that.</summary>
    public required IReadOnlyList<RestorePointLoss> Losses { get; init; }

    /// <summary>The same with what an earlier run did, out of another repository; lost is what neither could mend.</summary>
    public RepairResult After(RepairResult earlier) => this with
    {
        Lost = [.. Lost.Intersect(earlier.Lost)],
        Losses =
        [
            .. from loss in Losses
               from before in earlier.Losses
               where before.RestorePoint == loss.RestorePoint
               let both = loss with { Parts = [.. loss.Parts.Intersect(before.Parts)] }
               where both.Parts.Count > 0
               select both,
        ],
        Mended = [.. earlier.Mended, .. Mended],
        IndexRebuilt = earlier.IndexRebuilt || IndexRebuilt,
        Resealed = earlier.Resealed + Resealed,
        Trusted = earlier.Trusted,
        PacksRead = earlier.PacksRead + PacksRead,
    };
}

/// <summary>What one restore point lacks.</summary>
/// <param name="RestorePoint">Its id.</param>
/// <param name="CreatedAt">When it was taken.</param>
/// <param name="Parts">Tables as `table public.posts`, files as `file 20260101/...`, whole lists as `the list of files`.</param>
public sealed record RestorePointLoss(BlobId RestorePoint, DateTimeOffset CreatedAt, IReadOnlyList<string> Parts);
