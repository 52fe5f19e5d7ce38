using MmDrBot.Engine.ObjectStores;

namespace MmDrBot.Engine.Repositories;

/// <summary>Packs in which damage was found. Backups store anew what lies in them; readers try other copies first; prune clears them away.</summary>
internal sealed record DistrustedPacks(DateTimeOffset At, IReadOnlyList<BlobId> Packs);

/// <summary>Reads and writes the repository's lists of damaged packs.</summary>
internal static class Distrust
{
    /// <summary>All lists that can be read. A damaged one is passed over: whoever checks names it, and finds its packs again.</summary>
    internal static async Task<List<(BlobId Id, DistrustedPacks Content)>> ListsAsync(Repository repository, CancellationToken cancellationToken)
    {
        var lists = new List<(BlobId, DistrustedPacks)>();
        foreach (var item in await repository.Store.ListAllAsync(ObjectNames.Distrusted, cancellationToken))
        {
            if (ObjectNames.IdOf(item.Name) is not { } id)
            {
                continue;
            }

            try
            {
                lists.Add((id, ManifestJson.Parse<DistrustedPacks>(await repository.ReadSealedAsync(ObjectKind.Distrusted, id, cancellationToken), item.Name)));
            }
            catch (Exception gone) when (gone is FileNotFoundException or EngineException { Fault: EngineFault.Damaged })
            {
            }
        }

        return lists;
    }

    internal static async Task<HashSet<BlobId>> PacksAsync(Repository repository, CancellationToken cancellationToken) =>
        [.. (await ListsAsync(repository, cancellationToken)).SelectMany(list => list.Content.Packs)];

    /// <summary>Records damaged packs. Whoever may only read the repository cannot, and that is no failure of what found them.</summary>
    /// <returns>False when it could not be written.</returns>
    internal static async Task<bool> TryAddAsync(Repository repository, IReadOnlyCollection<BlobId> packs, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            await repository.WriteJsonAsync(ObjectKind.Distrusted, new DistrustedPacks(time.GetUtcNow(), [.. packs.Order()]), cancellationToken);
            return true;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException or EngineException)
        {
            return false;
        }
    }
}
