namespace MmDrBot.Engine.Repositories;

/// <summary>Says that a restore point or key slot was removed on purpose, or that a restore point was not meant to be.</summary>
internal sealed record Tombstone(string Kind, BlobId Target, DateTimeOffset At, string By)
{
    internal const string RestorePoint = "restore-point";
    internal const string KeySlot = "key-slot";

    /// <summary>Takes back what earlier tombstones say of a restore point.</summary>
    internal const string Recalled = "restore-point-recalled";

    /// <summary>What counts as removed, by kind.</summary>
    internal static HashSet<(string Kind, BlobId Target)> InForce(IEnumerable<Tombstone> tombstones) =>
    [
        .. from stones in tombstones.GroupBy(stone => stone.Target)
           let recalled = stones.Where(stone => stone.Kind == Recalled).Select(stone => stone.At).DefaultIfEmpty(DateTimeOffset.MinValue).Max()
           from stone in stones
           where stone.Kind == KeySlot || (stone.Kind == RestorePoint && stone.At >= recalled)
           select (stone.Kind, stone.Target),
    ];
}
