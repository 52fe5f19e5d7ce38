using MmDrBot.Engine.ObjectStores;

namespace MmDrBot.Engine.Repositories;

/// <summary>The lists of condemned packs, read at one moment.</summary>
/// <param name="Readable">Those that read well.</param>
/// <param name="Unreadable">Those that are damaged and were not given up: any pack that is older may be on them.</param>
internal sealed record CondemnedLists(List<(BlobId Id, CondemnedPacks Content)> Readable, List<(StoredObject Item, EngineException Damage)> Unreadable)
{
    internal static async Task<CondemnedLists> ReadAsync(Repository repository, CancellationToken cancellationToken)
    {
        var lists = new CondemnedLists([], []);
        foreach (var item in await repository.Store.ListAllAsync(ObjectNames.Condemned, cancellationToken))
        {
            if (ObjectNames.IdOf(item.Name) is { } id)
            {
                await lists.AddAsync(repository, id, item, cancellationToken);
            }
        }

        if (lists.Unreadable.Count > 0)
        {
            var decisions = await GivenUpObjects.ReadAsync(repository, cancellationToken);
            lists.Unreadable.RemoveAll(list => decisions.ContainsKey(list.Item.Name));
        }

        return lists;
    }

    private async Task AddAsync(Repository repository, BlobId id, StoredObject item, CancellationToken cancellationToken)
    {
        try
        {
            Readable.Add((id, ManifestJson.Parse<CondemnedPacks>(await repository.ReadSealedAsync(ObjectKind.Condemned, id, cancellationToken), item.Name)));
        }
        catch (EngineException damage) when (damage.Fault is EngineFault.Damaged)
        {
            Unreadable.Add((item, damage));
        }
        catch (FileNotFoundException)
        {
            // A prune settled it just now: the packs on it are gone, or needed and kept.
        }
    }
}
