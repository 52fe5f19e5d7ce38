namespace MmDrBot.Engine.Repositories;

/// <summary>Says why a restore point or key slot is not there: it was removed on purpose, or it is not for this copy; or takes that back.</summary>
internal sealed record Tombstone(string Kind, BlobId Target, DateTimeOffset At, string By)
{
    internal const string RestorePoint = "restore-point";
    internal const string KeySlot = "key-slot";

    /// <summary>Takes back what earlier tombstones say of a restore point.</summary>
    internal const string Recalled = "restore-point-recalled";

    /// <summary>In a copy: a restore point that others name is not for this one.</summary>
    internal const string Elsewhere = "restore-point-elsewhere";

    /// <summary>What explains that something is not there, by kind.</summary>
    internal static HashSet<(string Kind, BlobId Target)> InForce(IEnumerable<Tombstone> tombstones) =>
    [
        .. from stones in tombstones.GroupBy(stone => stone.Target)
           let recalled = stones.Where(stone => stone.Kind == Recalled).Select(stone => stone.At).DefaultIfEmpty(DateTimeOffset.MinValue).Max()
           from stone in stones
           where stone.Kind is KeySlot or Elsewhere || (stone.Kind == RestorePoint && stone.At >= recalled)
           select (stone.Kind, stone.Target),
    ];
}
