using MmDrBot.Engine.ObjectStores;
using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Locking;

/// <summary>How long the locks of versions last, as last seen. A note that saves requests: without it each object is asked once more.</summary>
internal sealed record LockRecord(DateTimeOffset At, IReadOnlyList<LockRecord.Group> Locks)
{
    internal sealed record Group(LockMode Mode, DateTimeOffset Until, IReadOnlyList<LockRecord.Item> Objects);

    internal sealed record Item(string Name, string Version);

    internal static LockRecord Of(DateTimeOffset at, IEnumerable<KeyValuePair<Item, Retention>> locks) => new(
        at,
        [.. locks.GroupBy(item => item.Value).OrderBy(group => group.Key.Until).Select(group => new Group(group.Key.Mode, group.Key.Until, [.. group.Select(item => item.Key).OrderBy(item => item.Name, StringComparer.Ordinal)]))]);

    internal Dictionary<Item, Retention> ToDictionary() => Locks.SelectMany(group => group.Objects.Select(item => (Item: item, Lock: new Retention(group.Mode, group.Until)))).DistinctBy(pair => pair.Item).ToDictionary(pair => pair.Item, pair => pair.Lock);

    /// <summary>The newest that reads; each holds all that was known.</summary>
    internal static async Task<Dictionary<Item, Retention>> ReadNewestAsync(Repository repository, CancellationToken cancellationToken)
    {
        foreach (var item in (await repository.Store.ListAllAsync(ObjectNames.Locks, cancellationToken)).OrderByDescending(item => item.Modified))
        {
            try
            {
                if (ObjectNames.IdOf(item.Name) is { } id)
                {
                    return ManifestJson.Parse<LockRecord>(await repository.ReadSealedAsync(ObjectKind.Lock, id, cancellationToken), item.Name).ToDictionary();
                }
            }
            catch (Exception gone) when (gone is FileNotFoundException or EngineException { Fault: EngineFault.Damaged })
            {
                // An older one knows less, and what it does not know is asked for.
            }
        }

        return [];
    }

    /// <summary>Writes it in place of the older ones; where those may not be deleted, they stay.</summary>
    internal async Task WriteAsync(Repository repository, CancellationToken cancellationToken)
    {
        var older = await repository.Store.ListAllAsync(ObjectNames.Locks, cancellationToken);
        var id = await repository.WriteJsonAsync(ObjectKind.Lock, this, cancellationToken);
        try
        {
            await repository.Store.DeleteAsync([.. older.Select(item => item.Name).Where(name => ObjectNames.IdOf(name) != id)], cancellationToken);
        }
        catch (EngineException denied) when (denied.Fault is EngineFault.Denied)
        {
        }
    }
}
