using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Verification;

/// <summary>Restore points that were committed and are gone though nobody forgot them or gave them up: somebody or something removed them behind our back.</summary>
public static class VanishedPoints
{
    /// <param name="repository">Where they should be.</param>
    /// <param name="points">Those that read; each names those that there were before it.</param>
    /// <param name="remembered">Others that somebody remembers as committed and not forgotten.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async Task<IReadOnlyList<BlobId>> FindAsync(Repository repository, IReadOnlyList<RestorePoint> points, IEnumerable<BlobId> remembered, CancellationToken cancellationToken)
    {
        var gone = points.SelectMany(point => point.Previous).Concat(remembered).ToHashSet();
        gone.ExceptWith(points.Select(point => point.Id));
        if (gone.Count > 0)
        {
            gone.ExceptWith((await repository.ListAsync(ObjectKind.Manifest, cancellationToken)).Select(item => ObjectNames.IdOf(item.Name)).OfType<BlobId>());
        }

        if (gone.Count > 0)
        {
            var removed = Tombstone.InForce(await repository.TombstonesAsync(static _ => { }, cancellationToken));
            var givenUp = await GivenUpObjects.ReadAsync(repository, cancellationToken);
            gone.RemoveWhere(id => removed.Contains((Tombstone.RestorePoint, id)) || removed.Contains((Tombstone.Elsewhere, id)) || givenUp.ContainsKey(ObjectNames.Of(ObjectKind.Manifest, id)));
        }

        return [.. gone.Order()];
    }
}
