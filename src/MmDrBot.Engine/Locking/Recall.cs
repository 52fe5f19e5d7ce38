using MmDrBot.Engine.ObjectStores;
using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Locking;

/// <summary>
/// Takes back what was forgotten from a time on: whoever has the passphrase can write genuine tombstones, but not delete locked manifests.
/// Counts by the store's dates, since those in the tombstones are their writer's.
/// </summary>
internal static class Recall
{
    internal static async Task<HashSet<BlobId>> RunAsync(Repository repository, IVersionedStore store, IReadOnlyList<ObjectHistory> histories, DateTimeOffset since, bool dryRun, TimeProvider time, CancellationToken cancellationToken)
    {
        var (good, tombstones) = (new GoodVersions(repository, store), new List<(Tombstone Stone, DateTimeOffset Written)>());
        foreach (var history in histories.Where(history => history.Name.StartsWith(ObjectNames.Tombstones, StringComparison.Ordinal) && history.Contents.Count > 0))
        {
            if (await good.OpenAsync(ObjectKind.Tombstone, history, cancellationToken) is { } content)
            {
                tombstones.Add((ManifestJson.Parse<Tombstone>(content, history.Name), history.Contents[^1].Modified));
            }
        }

        var there = histories.Where(history => history.Name.StartsWith(ObjectNames.Manifests, StringComparison.Ordinal) && history.Contents.Count > 0).Select(history => ObjectNames.IdOf(history.Name)).OfType<BlobId>().ToHashSet();
        var forgotten = Tombstone.InForce(tombstones.Select(item => item.Stone)).Where(removed => removed.Kind == Tombstone.RestorePoint).Select(removed => removed.Target);

        // One that was forgotten before the time as well stays forgotten.
        var recalled = forgotten.Where(id => there.Contains(id) && tombstones.Where(item => item.Stone.Target == id && item.Stone.Kind == Tombstone.RestorePoint).All(item => item.Written >= since)).ToHashSet();
        foreach (var id in dryRun ? [] : recalled)
        {
            var latest = tombstones.Where(item => item.Stone.Target == id).Max(item => item.Stone.At);
            var now = time.GetUtcNow();
            await repository.WriteJsonAsync(ObjectKind.Tombstone, new Tombstone(Tombstone.Recalled, id, now > latest ? now : latest.AddTicks(1), "recover-hidden"), cancellationToken);
        }

        return recalled;
    }
}
