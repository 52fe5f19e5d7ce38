namespace MmDrBot.Engine.Repositories;

/// <summary>
/// For questions that only a repository answers in which every restore point reads: which is the latest, and what nobody needs. The times
/// of a damaged one are unknown, so the newest that reads may well be an old one.
/// </summary>
internal static class WholeRepository
{
    internal static async Task<RestorePoint> LatestAsync(Repository repository, CancellationToken cancellationToken)
    {
        var points = await RestorePointsAsync(repository, "which restore point is the latest can't be told", cancellationToken);
        return points.Count > 0 ? points[^1] : throw new EngineException(EngineFault.NotFound, "There is no restore point yet.", "Take one: `mmdr backup`.");
    }

    /// <summary>All restore points, oldest first.</summary>
    /// <exception cref="EngineException">One is damaged; the hint says how to go on all the same.</exception>
    internal static async Task<IReadOnlyList<RestorePoint>> RestorePointsAsync(Repository repository, string otherwise, CancellationToken cancellationToken)
    {
        var (damaged, damage) = (new List<BlobId>(), new List<EngineException>());
        var tombstones = await repository.TombstonesAsync(damage.Add, cancellationToken);
        var stone = damage.Count > 0 ? damage[0].Message.Split(' ')[0] : null;
        var points = await repository.RestorePointsAsync(Forgotten(tombstones), (id, failure) =>
        {
            damaged.Add(id);
            damage.Add(failure);
        }, cancellationToken);
        return damage.Count == 0
            ? points
            : throw new EngineException(EngineFault.Damaged, $"{damage[0].Message.TrimEnd('.')}{(damage.Count > 1 ? $" (and {damage.Count - 1} more are)" : "")}, so {otherwise}.", Advice(points, damaged, stone), damage[0]);
    }

    internal static HashSet<BlobId> Forgotten(IEnumerable<Tombstone> tombstones) =>
        [.. Tombstone.InForce(tombstones).Where(removed => removed.Kind == Tombstone.RestorePoint).Select(removed => removed.Target)];

    private static string Advice(IReadOnlyList<RestorePoint> points, List<BlobId> damaged, string? stone)
    {
        var newest = points.Count > 0 ? $"The newest that reads is {points[^1].Id} of {points[^1].CreatedAt:u}: ask for it by its id. " : "No other restore point reads. ";
        var cure = damaged.Count > 0 ? $"Put a good copy of the object back, or give the restore point up: `mmdr forget {damaged[0]}`." : $"Put a good copy of the object back, or give it up: `mmdr repository give-up {stone} --reason TEXT`.";
        return newest + cure;
    }
}
