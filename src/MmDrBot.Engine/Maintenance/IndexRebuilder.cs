using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Maintenance;

/// <summary>Makes one new index from the packs' own lists, and the descriptor if it is gone.</summary>
public static class IndexRebuilder
{
    /// <summary>Rebuilds.</summary>
    /// <returns>How many packs and blobs are indexed, and which packs could not be read.</returns>
    public static async Task<RebuildResult> RunAsync(Repository repository, CancellationToken cancellationToken)
    {
        await repository.Store.CreateAsync(ObjectNames.Descriptor, new RepositoryDescriptor(repository.Id).ToBytes(), cancellationToken);
        var present = await LoadedIndex.PresentAsync(repository, cancellationToken);
        var (packs, unreadable) = (new List<PackEntry>(), new List<string>());
        var reader = new PackReader(repository);
        foreach (var (id, size) in present.OrderBy(pack => pack.Key))
        {
            try
            {
                packs.Add(await reader.ReadEntryAsync(id, size, cancellationToken));
            }
            catch (EngineException damage) when (damage.Fault is EngineFault.Damaged)
            {
                unreadable.Add(damage.Message);
            }
        }

        var old = (await ObjectStores.ObjectStoreExtensions.ListAllAsync(repository.Store, ObjectNames.Indexes, cancellationToken)).Select(item => ObjectNames.IdOf(item.Name)).OfType<BlobId>().ToArray();
        var named = (await repository.RestorePointsAsync(static (_, _) => { }, cancellationToken)).SelectMany(point => point.Indexes);
        var index = new IndexFormat([.. old.Concat(named).Distinct().Order()], packs);
        var written = await repository.WriteSealedAsync(ObjectKind.Index, index.ToBytes(), cancellationToken);
        await repository.Store.DeleteAsync([.. old.Where(id => id != written).Select(id => ObjectNames.Of(ObjectKind.Index, id))], cancellationToken);
        return new RebuildResult(packs.Count, packs.Sum(pack => pack.Blobs.Length), unreadable);
    }
}

/// <summary>What a rebuilt index covers.</summary>
public sealed record RebuildResult(int Packs, int Blobs, IReadOnlyList<string> Unreadable);
