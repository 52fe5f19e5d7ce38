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
    private List<(StoredObject Item, Tombstone Stone)> _tombstones = [];

    /// <summary>What could not be copied, and why.</summary>
    internal List<string> Problems { get; } = [];

    /// <summary>How many were sent.</summary>
    internal int Copied { get; private set; }

    /// <summary>Restore points that were forgotten with the source.</summary>
    internal List<BlobId> Forgotten { get; } = [];

    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        _tombstones = await TombstonesAsync(cancellationToken);
        var removedSlots = Removed(Tombstone.KeySlot).Select(id => ObjectNames.Keys + id).ToHashSet();
        foreach (var folder in Whole)
        {
            await CopyAsync(await source.Store.ListAllAsync(folder, cancellationToken), folder, name => !removedSlots.Contains(name), cancellationToken);
        }

        var held = await HeldAsync(cancellationToken);
        await SendAsync(stone => stone.Kind != Tombstone.RestorePoint || !held.Contains(stone.Target), cancellationToken);
        await RemoveAsync(removedSlots, cancellationToken);
    }

    /// <summary>Forgets in the copy what the source forgot. Comes last, when the copy lacks nothing any more: it must not let go what it can't replace.</summary>
    internal async Task ForgetAsync(CancellationToken cancellationToken)
    {
        var held = await HeldAsync(cancellationToken);
        await SendAsync(static stone => stone.Kind == Tombstone.RestorePoint, cancellationToken);
        if (Problems.Count > 0)
        {
            return;
        }

        Forgotten.AddRange(Removed(Tombstone.RestorePoint).Where(held.Contains));
        await DeleteAsync([.. Forgotten.Select(id => ObjectNames.Of(ObjectKind.Manifest, id))], cancellationToken);
    }

    private IEnumerable<BlobId> Removed(string kind) => Tombstone.InForce(_tombstones.Select(item => item.Stone)).Where(item => item.Kind == kind).Select(item => item.Target);

    private async Task<HashSet<BlobId>> HeldAsync(CancellationToken cancellationToken) =>
        [.. (await copy.Store.ListAllAsync(ObjectNames.Manifests, cancellationToken)).Select(item => ObjectNames.IdOf(item.Name)).OfType<BlobId>()];

    private Task SendAsync(Func<Tombstone, bool> travels, CancellationToken cancellationToken) =>
        CopyAsync([.. _tombstones.Where(item => travels(item.Stone)).Select(item => item.Item)], ObjectNames.Tombstones, _ => true, cancellationToken);

    /// <summary>The tombstones are there by now, and say why the key slots are gone.</summary>
    private async Task RemoveAsync(HashSet<string> removedSlots, CancellationToken cancellationToken)
    {
        var slots = (await copy.Store.ListAllAsync(ObjectNames.Keys, cancellationToken)).Select(item => item.Name).ToArray();
        if (slots.Any(name => !removedSlots.Contains(name)))
        {
            await DeleteAsync([.. slots.Where(removedSlots.Contains)], cancellationToken);
        }
    }

    private async Task DeleteAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        if (names.Count == 0)
        {
            return;
        }

        try
        {
            await copy.Store.DeleteAsync(names, cancellationToken);
        }
        catch (EngineException denied) when (denied.Fault is EngineFault.Denied)
        {
            // The tombstones count. A key slot that is still there opens the copy as it always did, and somebody should know.
            Problems.AddRange(names.Where(name => name.StartsWith(ObjectNames.Keys, StringComparison.Ordinal)).Select(name => $"{name} was removed, but the copy's credentials may not delete it there: it still opens the copy."));
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
