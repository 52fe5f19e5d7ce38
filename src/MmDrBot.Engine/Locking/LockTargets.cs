using MmDrBot.Engine.ObjectStores;
using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Locking;

/// <summary>
/// Which versions have to stay locked: all that is there and was not given away, a superset of what restore points need that costs no
/// look into them. Condemned packs are left to run out, as is what a tombstone names; of anchors the newest commit to all before them.
/// </summary>
internal static class LockTargets
{
    internal const int Anchors = 16;

    /// <summary>What has to stay locked now, and what somebody else hid or wrote over.</summary>
    internal static async Task<(IReadOnlyList<StoredVersion> Targets, IReadOnlyList<TamperedObject> Tampered)> FindAsync(Repository repository, IVersionedStore store, CancellationToken cancellationToken)
    {
        var histories = await ObjectHistory.ReadAllAsync(store, "", cancellationToken);
        var tampered = await new TamperFinder(repository, store).FindAsync(histories, cancellationToken);
        return (Choose(histories, await CondemnedAsync(repository, cancellationToken), await RemovedAsync(repository, cancellationToken), tampered), tampered);
    }

    private static async Task<HashSet<BlobId>> CondemnedAsync(Repository repository, CancellationToken cancellationToken) =>
        [.. (await CondemnedLists.ReadAsync(repository, cancellationToken)).Readable.SelectMany(list => list.Content.Packs)];

    private static async Task<HashSet<BlobId>> RemovedAsync(Repository repository, CancellationToken cancellationToken) =>
        [.. Tombstone.InForce(await repository.TombstonesAsync(static _ => { }, cancellationToken)).Select(removed => removed.Target)];

    private static IReadOnlyList<StoredVersion> Choose(IReadOnlyList<ObjectHistory> histories, IReadOnlySet<BlobId> condemned, IReadOnlySet<BlobId> removed, IReadOnlyCollection<TamperedObject> tampered)
    {
        var suspicious = tampered.Select(item => item.Name).ToHashSet();
        var anchors = histories.Where(history => history.Name.StartsWith(ObjectNames.Anchors, StringComparison.Ordinal) && history.Contents.Count > 0).OrderByDescending(history => history.Contents[^1].Modified).Skip(Anchors).Select(history => history.Name).ToHashSet();
        bool IsGivenAway(string name) => ObjectNames.IdOf(name) is { } id && (ObjectNames.FolderOf(name) switch
        {
            ObjectNames.Packs => condemned.Contains(id),
            ObjectNames.Manifests or ObjectNames.Keys => removed.Contains(id),
            _ => false,
        });

        // Which version of a suspicious object is the good one may not be known: all are kept.
        return
        [
            .. histories.Where(history => ObjectLock.Covers(history.Name) && !IsGivenAway(history.Name) && !anchors.Contains(history.Name))
                .SelectMany(history => suspicious.Contains(history.Name) ? history.Contents : history.IsVisible ? history.Contents.Take(1) : []),
        ];
    }
}
