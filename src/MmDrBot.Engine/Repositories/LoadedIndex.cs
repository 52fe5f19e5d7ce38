using MmDrBot.Engine.ObjectStores;

namespace MmDrBot.Engine.Repositories;

/// <summary>All index objects, read at one moment, with the packs that were really there.</summary>
internal sealed record LoadedIndex
{
    private const int Attempts = 5;

    /// <summary>Ids of the index objects read.</summary>
    internal required IReadOnlyList<BlobId> Ids { get; init; }

    /// <summary>Ids of indexes that those replaced.</summary>
    internal required IReadOnlySet<BlobId> Superseded { get; init; }

    /// <summary>The packs that indexes list, each once.</summary>
    internal required IReadOnlyDictionary<BlobId, PackEntry> Packs { get; init; }

    /// <summary>The packs in the store and their sizes.</summary>
    internal required IReadOnlyDictionary<BlobId, long> Present { get; init; }

    /// <summary>Packs that were found damaged: other copies of their blobs come first.</summary>
    internal IReadOnlySet<BlobId> Distrusted { get; init; } = new HashSet<BlobId>();

    internal static async Task<LoadedIndex> ReadAsync(Repository repository, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await ReadOnceAsync(repository, cancellationToken);
            }
            catch (FileNotFoundException) when (attempt < Attempts)
            {
                // A prune elsewhere replaced an index between the listing and the reading. It wrote the new one first, so that is listed by now.
            }
        }
    }

    private static async Task<LoadedIndex> ReadOnceAsync(Repository repository, CancellationToken cancellationToken)
    {
        var ids = (await repository.ListAsync(ObjectKind.Index, cancellationToken)).Select(item => ObjectNames.IdOf(item.Name)).OfType<BlobId>().Order().ToList();
        var (indexes, damage) = (new Dictionary<BlobId, IndexFormat>(), new Dictionary<BlobId, EngineException>());
        foreach (var id in ids)
        {
            try
            {
                indexes[id] = IndexFormat.Parse(await repository.ReadSealedAsync(ObjectKind.Index, id, cancellationToken), ObjectNames.Of(ObjectKind.Index, id));
            }
            catch (EngineException failure) when (failure.Fault is EngineFault.Damaged)
            {
                damage[id] = failure;
            }
        }

        // Where nothing may be deleted, replaced indexes stay: whole or not, what replaced them tells more.
        var superseded = indexes.Values.SelectMany(index => index.Supersedes).ToHashSet();
        if (damage.FirstOrDefault(item => !superseded.Contains(item.Key)).Value is { } unknown)
        {
            throw unknown;
        }

        var packs = new Dictionary<BlobId, PackEntry>();
        foreach (var pack in ids.Where(id => !superseded.Contains(id)).SelectMany(id => indexes[id].Packs))
        {
            packs.TryAdd(pack.Id, pack);
        }

        return new LoadedIndex { Ids = ids, Superseded = superseded, Packs = packs, Present = await PresentAsync(repository, cancellationToken), Distrusted = await Distrust.PacksAsync(repository, cancellationToken) };
    }

    internal static async Task<Dictionary<BlobId, long>> PresentAsync(Repository repository, CancellationToken cancellationToken)
    {
        var present = new Dictionary<BlobId, long>();
        foreach (var item in await repository.Store.ListAllAsync(ObjectNames.Packs, cancellationToken))
        {
            if (ObjectNames.IdOf(item.Name) is { } id)
            {
                present[id] = item.Size;
            }
        }

        return present;
    }

    /// <summary>Where blobs lie, in packs that exist whole and are not in <paramref name="except"/>.</summary>
    internal BlobIndex ToBlobIndex(IReadOnlySet<BlobId>? except = null)
    {
        var index = new BlobIndex();
        // Of several copies the last one added is read first.
        foreach (var pack in Distrusted.Count == 0 ? Packs.Values : Packs.Values.OrderBy(pack => Distrusted.Contains(pack.Id) ? 0 : 1))
        {
            if (Present.TryGetValue(pack.Id, out var size) && size == pack.Size && except?.Contains(pack.Id) is not true)
            {
                index.Add(pack);
            }
        }

        return index;
    }
}
