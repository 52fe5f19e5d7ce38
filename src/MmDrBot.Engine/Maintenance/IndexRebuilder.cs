using MmDrBot.Engine.ObjectStores;
using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Maintenance;

/// <summary>Makes one new index from the packs' own lists, and the descriptor if it is gone or damaged.</summary>
public static class IndexRebuilder
{
    /// <summary>Rebuilds.</summary>
    /// <returns>How many packs and blobs are indexed, and which packs could not be read.</returns>
    public static async Task<RebuildResult> RunAsync(Repository repository, CancellationToken cancellationToken)
    {
        await RestoreDescriptorAsync(repository, cancellationToken);
        var old = (await repository.Store.ListAllAsync(ObjectNames.Indexes, cancellationToken)).Select(item => ObjectNames.IdOf(item.Name)).OfType<BlobId>().ToArray();
        var readable = await ReadableAsync(repository, old, cancellationToken);
        var (packs, unreadable) = await ReadPacksAsync(repository, readable, cancellationToken);

        var named = (await repository.RestorePointsAsync(static (_, _) => { }, cancellationToken)).SelectMany(point => point.Indexes);
        var index = new IndexFormat([.. old.Concat(named).Concat(readable.SelectMany(item => item.Supersedes)).Distinct().Order()], packs);
        var written = await repository.WriteSealedAsync(ObjectKind.Index, index.ToBytes(), cancellationToken);
        await DeleteReplacedAsync(repository, old.Where(id => id != written), cancellationToken);
        return new RebuildResult(packs.Count, packs.Sum(pack => pack.Blobs.Length), unreadable);
    }

    /// <summary>Credentials that only append leave them: the new index says that they are replaced.</summary>
    private static async Task DeleteReplacedAsync(Repository repository, IEnumerable<BlobId> replaced, CancellationToken cancellationToken)
    {
        try
        {
            await repository.Store.DeleteAsync([.. replaced.Select(id => ObjectNames.Of(ObjectKind.Index, id))], cancellationToken);
        }
        catch (EngineException denied) when (denied.Fault is EngineFault.Denied)
        {
        }
    }

    private static async Task RestoreDescriptorAsync(Repository repository, CancellationToken cancellationToken)
    {
        try
        {
            var descriptor = RepositoryDescriptor.Parse(await repository.Store.ReadAllAsync(ObjectNames.Descriptor, RepositoryAccess.SlotLimit, cancellationToken));
            if (descriptor.Id == repository.Id)
            {
                return;
            }

            await ReplaceDescriptorAsync(repository, cancellationToken);
        }
        catch (FileNotFoundException)
        {
            await repository.Store.CreateAsync(ObjectNames.Descriptor, new RepositoryDescriptor(repository.Id).ToBytes(), cancellationToken);
        }
        catch (EngineException damaged) when (damaged.Fault is EngineFault.Damaged)
        {
            await ReplaceDescriptorAsync(repository, cancellationToken);
        }
    }

    private static async Task ReplaceDescriptorAsync(Repository repository, CancellationToken cancellationToken)
    {
        var content = new RepositoryDescriptor(repository.Id).ToBytes();
        if (repository.Store.Versions is { Lock: not null } versions)
        {
            await versions.PutAsync(ObjectNames.Descriptor, content, cancellationToken);
            return;
        }

        await repository.Store.DeleteAsync([ObjectNames.Descriptor], cancellationToken);
        await repository.Store.CreateAsync(ObjectNames.Descriptor, content, cancellationToken);
    }

    private static async Task<List<IndexFormat>> ReadableAsync(Repository repository, IEnumerable<BlobId> ids, CancellationToken cancellationToken)
    {
        var indexes = new List<IndexFormat>();
        foreach (var id in ids)
        {
            try
            {
                indexes.Add(IndexFormat.Parse(await repository.ReadSealedAsync(ObjectKind.Index, id, cancellationToken), ObjectNames.Of(ObjectKind.Index, id)));
            }
            catch (EngineException damage) when (damage.Fault is EngineFault.Damaged)
            {
                // The packs tell what it told.
            }
        }

        return indexes;
    }

    /// <summary>A pack whose own list does not read keeps the entry of an old index: its blobs may be whole, and nothing else would lead to them.</summary>
    private static async Task<(List<PackEntry> Packs, List<string> Unreadable)> ReadPacksAsync(Repository repository, List<IndexFormat> old, CancellationToken cancellationToken)
    {
        var (packs, unreadable) = (new List<PackEntry>(), new List<string>());
        var reader = new PackReader(repository);
        foreach (var (id, size) in (await LoadedIndex.PresentAsync(repository, cancellationToken)).OrderBy(pack => pack.Key))
        {
            try
            {
                packs.Add(await reader.ReadEntryAsync(id, size, cancellationToken));
            }
            catch (EngineException damage) when (damage.Fault is EngineFault.Damaged)
            {
                unreadable.Add(damage.Message);
                if (old.SelectMany(index => index.Packs).FirstOrDefault(pack => pack.Id == id) is { } known)
                {
                    packs.Add(known);
                }
            }
        }

        return (packs, unreadable);
    }
}

/// <summary>What a rebuilt index covers.</summary>
public sealed record RebuildResult(int Packs, int Blobs, IReadOnlyList<string> Unreadable);
