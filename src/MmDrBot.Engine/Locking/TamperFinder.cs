using MmDrBot.Engine.ObjectStores;
using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Locking;

/// <summary>
/// Finds objects that somebody hid (a delete without a version leaves a marker on top) or wrote over. What this program deleted itself is
/// told by what it wrote before: a tombstone for a manifest or key slot, a later index for an index, no index for a pack.
/// </summary>
internal sealed class TamperFinder(Repository repository, IVersionedStore store)
{
    /// <summary>Restore points that count as never forgotten, whatever tombstones say.</summary>
    internal IReadOnlySet<BlobId> Recalled { get; init; } = new HashSet<BlobId>();

    private readonly GoodVersions _good = new(repository, store);

    internal async Task<IReadOnlyList<TamperedObject>> FindAsync(IReadOnlyList<ObjectHistory> histories, CancellationToken cancellationToken)
    {
        var (suspects, deletions) = (new List<ObjectHistory>(), new Deletions(_good, histories, Recalled));
        foreach (var history in histories.Where(history => ObjectLock.Covers(history.Name) && IsOurs(history.Name)))
        {
            if (history.IsHidden ? !await deletions.IsOursAsync(history, cancellationToken) : history.MayBeOverwritten && !await ReadsAsync(history, cancellationToken))
            {
                suspects.Add(history);
            }
        }

        var found = new List<TamperedObject>();
        foreach (var history in suspects)
        {
            found.Add(new TamperedObject(history, history.Contents.Count == 1 ? history.Contents[0] : (await _good.FindAsync(history, cancellationToken))?.Version));
        }

        return found;
    }

    private static bool IsOurs(string name) => name == ObjectNames.Descriptor || ObjectNames.IdOf(name) is not null;

    private async Task<bool> ReadsAsync(ObjectHistory history, CancellationToken cancellationToken) =>
        _good.IsGood(history.Name, await store.ReadAsync(history.Contents[0], cancellationToken));

    /// <summary>What this program deleted; read when the first hidden object asks.</summary>
    private sealed class Deletions(GoodVersions good, IReadOnlyList<ObjectHistory> histories, IReadOnlySet<BlobId> recalled)
    {
        private HashSet<BlobId>? _removed;
        private (HashSet<BlobId> Superseded, HashSet<BlobId> Packs)? _indexes;

        internal async Task<bool> IsOursAsync(ObjectHistory history, CancellationToken cancellationToken)
        {
            if (ObjectNames.IdOf(history.Name) is not { } id)
            {
                return false;
            }

            return ObjectNames.FolderOf(history.Name) switch
            {
                ObjectNames.Manifests or ObjectNames.Keys => (_removed ??= await RemovedAsync(cancellationToken)).Contains(id),
                ObjectNames.Indexes => (_indexes ??= await IndexesAsync(cancellationToken)).Superseded.Contains(id),
                ObjectNames.Packs => !(_indexes ??= await IndexesAsync(cancellationToken)).Packs.Contains(id),
                _ => false,
            };
        }

        private async Task<HashSet<BlobId>> RemovedAsync(CancellationToken cancellationToken)
        {
            var tombstones = new List<Tombstone>();
            foreach (var history in Below(ObjectNames.Tombstones))
            {
                if (await good.OpenAsync(ObjectKind.Tombstone, history, cancellationToken) is { } content)
                {
                    tombstones.Add(ManifestJson.Parse<Tombstone>(content, history.Name));
                }
            }

            return [.. Tombstone.InForce(tombstones).Select(removed => removed.Target).Where(id => !recalled.Contains(id))];
        }

        private async Task<(HashSet<BlobId> Superseded, HashSet<BlobId> Packs)> IndexesAsync(CancellationToken cancellationToken)
        {
            var indexes = new Dictionary<BlobId, IndexFormat>();
            foreach (var history in Below(ObjectNames.Indexes))
            {
                if (await good.OpenAsync(ObjectKind.Index, history, cancellationToken) is { } content)
                {
                    indexes[ObjectNames.IdOf(history.Name)!.Value] = IndexFormat.Parse(content, history.Name);
                }
            }

            var superseded = indexes.Values.SelectMany(index => index.Supersedes).ToHashSet();
            return (superseded, [.. indexes.Where(index => !superseded.Contains(index.Key)).SelectMany(index => index.Value.Packs).Select(pack => pack.Id)]);
        }

        private IEnumerable<ObjectHistory> Below(string folder) =>
            histories.Where(history => history.Contents.Count > 0 && history.Name.StartsWith(folder, StringComparison.Ordinal) && IsOurs(history.Name));
    }
}
