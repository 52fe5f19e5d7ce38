using MmDrBot.Engine.ObjectStores;
using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Replication;

/// <summary>
/// Copies what belongs to the repository as a whole: key slots, the ledger, audit, anchors, pins, decisions to give objects up, tombstones.
/// What tells of one store alone stays there: condemned and distrusted packs, locks, and verifications, which prove nothing of another copy.
/// </summary>
internal sealed class RecordCopier(Repository source, Repository copy, ObjectTransfer transfer)
{
    private const int Parallelism = 8;
    private static readonly string[] Whole = [ObjectNames.Keys, ObjectNames.Ledger, ObjectNames.Audit, ObjectNames.Anchors, ObjectNames.Pins, ObjectNames.GivenUp];

    /// <summary>What could not be copied, and why.</summary>
    internal List<string> Problems { get; } = [];

    /// <summary>How many were sent.</summary>
    internal int Copied { get; private set; }

    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        var tombstones = await TombstonesAsync(cancellationToken);
        var removedSlots = Tombstone.InForce(tombstones.Select(item => item.Stone)).Where(item => item.Kind == Tombstone.KeySlot).Select(item => ObjectNames.Keys + item.Target).ToHashSet();
        foreach (var folder in Whole)
        {
            await CopyAsync(await source.Store.ListAllAsync(folder, cancellationToken), folder, name => !removedSlots.Contains(name), cancellationToken);
        }

        // What the copy holds stays until its own policy, or somebody, lets it go there.
        var held = (await copy.Store.ListAllAsync(ObjectNames.Manifests, cancellationToken)).Select(item => ObjectNames.IdOf(item.Name)).OfType<BlobId>().ToHashSet();
        await CopyAsync([.. tombstones.Where(item => item.Stone.Kind != Tombstone.RestorePoint || !held.Contains(item.Stone.Target)).Select(item => item.Item)], ObjectNames.Tombstones, _ => true, cancellationToken);
        await RemoveAsync(removedSlots, cancellationToken);
    }

    /// <summary>The tombstones are there by now, and say why the key slots are gone.</summary>
    private async Task RemoveAsync(HashSet<string> removedSlots, CancellationToken cancellationToken)
    {
        var slots = (await copy.Store.ListAllAsync(ObjectNames.Keys, cancellationToken)).Select(item => item.Name).ToArray();
        var gone = slots.Where(removedSlots.Contains).ToArray();
        if (gone.Length > 0 && gone.Length < slots.Length)
        {
            await DeleteAsync(gone, cancellationToken);
        }
    }

    private async Task DeleteAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken)
    {
        try
        {
            await copy.Store.DeleteAsync(names, cancellationToken);
        }
        catch (EngineException denied) when (denied.Fault is EngineFault.Denied)
        {
            // The tombstones count. A key slot that is still there opens the copy as it always did, and somebody should know.
            Problems.AddRange(names.Select(name => $"{name} was removed, but the copy's credentials may not delete it there: it still opens the copy."));
        }
    }

    private async Task CopyAsync(IReadOnlyCollection<StoredObject> items, string folder, Func<string, bool> wanted, CancellationToken cancellationToken)
    {
        var there = (await copy.Store.ListAllAsync(folder, cancellationToken)).ToDictionary(item => item.Name, item => item.Size);
        var missing = items.Where(item => ObjectNames.IdOf(item.Name) is not null && wanted(item.Name) && !(there.TryGetValue(item.Name, out var size) && size == item.Size)).ToArray();
        await Parallel.ForEachAsync(missing, new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken }, async (item, token) => await CopyOneAsync(item, token));
    }

    private async Task CopyOneAsync(StoredObject item, CancellationToken cancellationToken)
    {
        try
        {
            await transfer.CopyAsync(item.Name, item.Size, cancellationToken);
            lock (Problems)
            {
                Copied++;
            }
        }
        catch (EngineException damage) when (damage.Fault is EngineFault.Damaged)
        {
            lock (Problems)
            {
                Problems.Add(damage.Message);
            }
        }
        catch (FileNotFoundException)
        {
            // It went since it was listed; whatever took its place is found by the next run.
        }
    }

    private async Task<List<(StoredObject Item, Tombstone Stone)>> TombstonesAsync(CancellationToken cancellationToken)
    {
        var tombstones = new List<(StoredObject, Tombstone)>();
        foreach (var item in await source.ListAsync(ObjectKind.Tombstone, cancellationToken))
        {
            if (ObjectNames.IdOf(item.Name) is not { } id)
            {
                continue;
            }

            try
            {
                tombstones.Add((item, ManifestJson.Parse<Tombstone>(await source.ReadSealedAsync(ObjectKind.Tombstone, id, cancellationToken), item.Name)));
            }
            catch (EngineException damage) when (damage.Fault is EngineFault.Damaged)
            {
                Problems.Add(damage.Message);
            }
            catch (FileNotFoundException)
            {
                // A removal that would have left no key slot took it back.
            }
        }

        return tombstones;
    }
}
