using MmDrBot.Engine.ObjectStores;
using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Replication;

/// <summary>
/// Finds small objects that are damaged or gone, and puts the other repository's copies in their place: descriptor, key slots, manifests,
/// records. What was forgotten or removed on purpose stays away. A tombstone that is missing is only brought where what it names is in neither
/// repository: the other one may have forgotten by a retention of its own.
/// </summary>
internal sealed class SmallObjectRepair(Repository repository, Repository? from, bool dryRun)
{
    private static readonly string[] Folders = [ObjectNames.Tombstones, ObjectNames.Keys, ObjectNames.Manifests, ObjectNames.Ledger, ObjectNames.Audit, ObjectNames.Anchors, ObjectNames.Pins, ObjectNames.GivenUp];

    internal List<string> Mended { get; } = [];

    internal List<string> Lost { get; } = [];

    internal async Task RunAsync(IReadOnlyCollection<BlobId> expected, CancellationToken cancellationToken)
    {
        await MendDescriptorAsync(cancellationToken);
        var removed = new HashSet<(string Kind, BlobId Target)>();
        foreach (var folder in Folders)
        {
            await MendAsync(folder, removed, expected, cancellationToken);
            if (folder == ObjectNames.Tombstones)
            {
                removed = Tombstone.InForce(await repository.TombstonesAsync(static _ => { }, cancellationToken));
            }
        }

        await TellMissingAsync(removed, expected, cancellationToken);
    }

    private async Task MendDescriptorAsync(CancellationToken cancellationToken)
    {
        if ((await RepositoryAccess.ReadDescriptorAsync(repository.Store, cancellationToken))?.Id == repository.Id)
        {
            return;
        }

        Mended.Add(ObjectNames.Descriptor);
        if (dryRun)
        {
            return;
        }

        var content = new RepositoryDescriptor(repository.Id).ToBytes();
        if (!await repository.Store.CreateAsync(ObjectNames.Descriptor, content, cancellationToken))
        {
            await ObjectReplacement.RunAsync(repository.Store, ObjectNames.Descriptor, content, cancellationToken);
        }
    }

    private async Task MendAsync(string folder, HashSet<(string Kind, BlobId Target)> removed, IReadOnlyCollection<BlobId> expected, CancellationToken cancellationToken)
    {
        var here = (await repository.Store.ListAllAsync(folder, cancellationToken)).Where(item => ObjectNames.IdOf(item.Name) is not null).ToDictionary(item => item.Name);
        var there = from is null ? [] : (await from.Store.ListAllAsync(folder, cancellationToken)).Where(item => ObjectNames.IdOf(item.Name) is not null).ToDictionary(item => item.Name);
        var damaged = new List<string>();
        foreach (var item in here.Values)
        {
            if (await ObjectTransfer.HashAsync(repository.Store, item.Name, item.Size, cancellationToken) is not { } hash || ObjectNames.IdOf(item.Name) != BlobId.From(hash))
            {
                damaged.Add(item.Name);
            }
        }

        var missing = there.Keys.Where(name => !here.ContainsKey(name) && !IsRemoved(name, removed)).ToArray();
        var gone = folder == ObjectNames.Tombstones ? await OfWhatIsNowhereAsync(missing, expected, cancellationToken) : missing;
        foreach (var name in damaged.Concat(gone))
        {
            if (there.TryGetValue(name, out var copy) && await TryTakeAsync(copy, cancellationToken))
            {
                Mended.Add(name);
            }
            else
            {
                Lost.Add(name);
            }
        }
    }

    private async Task<IReadOnlyList<string>> OfWhatIsNowhereAsync(string[] names, IReadOnlyCollection<BlobId> expected, CancellationToken cancellationToken)
    {
        var (wanted, known) = (new List<string>(), new HashSet<BlobId>(expected));
        foreach (var store in names.Length == 0 ? [] : new[] { repository.Store, from!.Store })
        {
            foreach (var folder in new[] { ObjectNames.Manifests, ObjectNames.Keys })
            {
                known.UnionWith((await store.ListAllAsync(folder, cancellationToken)).Select(item => ObjectNames.IdOf(item.Name)).OfType<BlobId>());
            }
        }

        foreach (var name in names)
        {
            if (await TryReadTombstoneAsync(name, cancellationToken) is { } stone && (stone.Kind == Tombstone.Recalled || !known.Contains(stone.Target)))
            {
                wanted.Add(name);
            }
        }

        return wanted;
    }

    private async Task<Tombstone?> TryReadTombstoneAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return ManifestJson.Parse<Tombstone>(await from!.ReadSealedAsync(ObjectKind.Tombstone, ObjectNames.IdOf(name)!.Value, cancellationToken), name);
        }
        catch (EngineException damage) when (damage.Fault is EngineFault.Damaged)
        {
            return null;
        }
    }

    private static bool IsRemoved(string name, HashSet<(string Kind, BlobId Target)> removed) => ObjectNames.IdOf(name) is { } id && ObjectNames.FolderOf(name) switch
    {
        ObjectNames.Manifests => removed.Contains((Tombstone.RestorePoint, id)) || removed.Contains((Tombstone.Elsewhere, id)),
        ObjectNames.Keys => removed.Contains((Tombstone.KeySlot, id)),
        _ => false,
    };

    private async Task<bool> TryTakeAsync(StoredObject copy, CancellationToken cancellationToken)
    {
        try
        {
            if (dryRun)
            {
                return await ObjectTransfer.HashAsync(from!.Store, copy.Name, copy.Size, cancellationToken) is { } hash && ObjectNames.IdOf(copy.Name) == BlobId.From(hash);
            }

            await new ObjectTransfer(from!.Store, repository.Store).CopyAsync(copy.Name, copy.Size, cancellationToken);
            return true;
        }
        catch (EngineException damage) when (damage.Fault is EngineFault.Damaged)
        {
            return false;
        }
    }

    /// <summary>What others name and nobody has: restore points and key slots that were never removed on purpose.</summary>
    private async Task TellMissingAsync(HashSet<(string Kind, BlobId Target)> removed, IEnumerable<BlobId> expected, CancellationToken cancellationToken)
    {
        var points = await repository.RestorePointsAsync(static (_, _) => { }, cancellationToken);
        var manifests = points.SelectMany(point => point.Previous).Where(id => !removed.Contains((Tombstone.Elsewhere, id))).Concat(expected).Where(id => !removed.Contains((Tombstone.RestorePoint, id))).Select(id => ObjectNames.Of(ObjectKind.Manifest, id));
        var slots = points.SelectMany(point => point.KeySlots).Where(id => !removed.Contains((Tombstone.KeySlot, id))).Select(id => ObjectNames.Keys + id);
        var here = new HashSet<string>();
        foreach (var folder in new[] { ObjectNames.Manifests, ObjectNames.Keys })
        {
            here.UnionWith((await repository.Store.ListAllAsync(folder, cancellationToken)).Select(item => item.Name));
        }

        var decided = await GivenUpObjects.ReadAsync(repository, cancellationToken);
        Lost.AddRange(manifests.Concat(slots).Distinct().Where(name => !here.Contains(name) && !decided.ContainsKey(name) && !Mended.Contains(name) && !Lost.Contains(name)));
    }
}
