using System.Collections.Concurrent;
using MmDrBot.Engine.ObjectStores;
using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Maintenance;

/// <summary>What prune needs to know of locks, where objects are written with them.</summary>
internal static class LockedPacks
{
    private const int Parallelism = 8;

    /// <summary>Those whose locks have not run out, and when they do.</summary>
    internal static async Task<IReadOnlyDictionary<BlobId, DateTimeOffset>> FindAsync(Repository repository, IEnumerable<BlobId> packs, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var locked = new ConcurrentDictionary<BlobId, DateTimeOffset>();
        if (repository.Store.Versions is { Lock: not null } store)
        {
            await Parallel.ForEachAsync(packs, Options(cancellationToken), async (id, token) =>
            {
                if (await store.FindRetentionAsync(ObjectNames.Of(ObjectKind.Pack, id), null, token) is { } held && held.Until > now)
                {
                    locked[id] = held.Until;
                }
            });
        }

        return locked;
    }

    /// <summary>Deletes packs for good, with their versions where there are such and the credentials may.</summary>
    /// <returns>How many are only hidden.</returns>
    internal static async Task<int> DeleteAsync(IObjectStore store, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        if (store.Versions is not { Lock: not null } versions)
        {
            await store.DeleteAsync(names, cancellationToken);
            return 0;
        }

        var hidden = 0;
        await Parallel.ForEachAsync(names, Options(cancellationToken), async (name, token) =>
        {
            if (!await TryDeleteVersionsAsync(versions, name, token))
            {
                await store.DeleteAsync([name], token);
                Interlocked.Increment(ref hidden);
            }
        });
        return hidden;
    }

    internal static async Task<bool> TryDeleteVersionsAsync(IVersionedStore store, string name, CancellationToken cancellationToken)
    {
        await foreach (var version in store.ListAsync(name, cancellationToken))
        {
            if (!await store.TryDeleteAsync(version.Name, version.Version, cancellationToken))
            {
                return false;
            }
        }

        return true;
    }

    private static ParallelOptions Options(CancellationToken cancellationToken) => new() { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken };
}
