using System.Security.Cryptography;
using MmDrBot.Engine.Backup;
using MmDrBot.Engine.Locking;
using MmDrBot.Engine.ObjectStores;
using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Verification;

/// <summary>Checks a whole repository: every object reads, nothing that something else names is missing.</summary>
public sealed class RepositoryChecker(Repository repository, TimeProvider time)
{
    private readonly Findings _findings = new();
    private readonly ReadFailures _failures = new();

    /// <summary>Checks; damage is in the findings, not thrown.</summary>
    public async Task<Findings> CheckAsync(CheckRequest request, IProgress<ProgressReport>? report, CancellationToken cancellationToken)
    {
        var progress = new BackupProgress(report) { Phase = "structure" };
        await CheckDescriptorAsync(cancellationToken);
        var slots = await CheckSmallObjectsAsync(ObjectNames.Keys, (content, name) => KeySlot.ParseOwn(content, name, repository.Id), cancellationToken);
        if (slots.Count == 0)
        {
            _findings.Damaged("No key slot is left: nothing but what is running can read the repository any more.");
        }

        await CheckSmallObjectsAsync(ObjectNames.GivenUp, (content, name) =>
        {
            _findings.GivenUp(ManifestJson.Parse<GivenUpObject>(OpenSealed(ObjectKind.GivenUp, content, name), name));
            return true;
        }, cancellationToken);
        foreach (var kind in new[] { ObjectKind.Distrusted, ObjectKind.Audit, ObjectKind.Ledger, ObjectKind.Anchor, ObjectKind.Verification, ObjectKind.Lock, ObjectKind.Pin })
        {
            await CheckSmallObjectsAsync(ObjectNames.Folder(kind), (content, name) => OpenSealed(kind, content, name), cancellationToken);
        }

        var condemned = await CheckSmallObjectsAsync(ObjectNames.Condemned, (content, name) => OpenSealed(ObjectKind.Condemned, content, name), cancellationToken);
        var tombstones = await ReadTombstonesAsync(cancellationToken);
        var points = await ReadManifestsAsync(tombstones, cancellationToken);
        CompareNames(points, slots, tombstones, request);
        await CheckForeignObjectsAsync(cancellationToken);
        await CheckTamperingAsync(cancellationToken);

        if (await ReadIndexAsync(points, cancellationToken) is { } loaded)
        {
            var needed = await CheckRestorePointsAsync(points, loaded, cancellationToken);
            CheckPacks(loaded, condemned.Count > 0);
            progress.Phase = "data";
            var verifier = new PackVerifier(repository, loaded, needed, _findings, progress, time);
            await verifier.VerifyAsync(Sample(loaded, request.ReadShare), null, cancellationToken);
            _findings.Losses = _findings.IsGood ? _findings.Losses : await new Losses(repository, loaded).FindAsync(points.Values.OfType<RestorePoint>(), verifier.Damaged, cancellationToken);
        }

        foreach (var leftover in await repository.Store.LeftoversAsync(remove: false, cancellationToken))
        {
            _findings.Note($"{leftover} was left by an interrupted command; nothing has to be done, prune removes it.");
        }

        return _findings;
    }

    private static List<PackEntry> Sample(LoadedIndex loaded, double share)
    {
        var packs = loaded.Packs.Values.Where(pack => loaded.Present.TryGetValue(pack.Id, out var size) && size == pack.Size).ToArray();
        RandomNumberGenerator.Shuffle(packs.AsSpan());
        return [.. packs.Take((int)Math.Ceiling(packs.Length * Math.Clamp(share, 0, 1)))];
    }

    private byte[] OpenSealed(ObjectKind kind, byte[] content, string name) =>
        ObjectNames.HashOf(content) == ObjectNames.IdOf(name)
            ? SealedObject.Open(repository.Key, kind, content, name)
            : throw EngineException.Damaged(name, "its bytes do not have the hash that its name says");

    private async Task CheckDescriptorAsync(CancellationToken cancellationToken)
    {
        await Guard(async () =>
        {
            var descriptor = RepositoryDescriptor.Parse(await repository.Store.ReadAllAsync(ObjectNames.Descriptor, 1 << 16, cancellationToken));
            if (descriptor.Id != repository.Id)
            {
                _findings.Damaged($"{ObjectNames.Descriptor} names repository {descriptor.Id}, the key slots {repository.Id}.");
            }
        }, ObjectNames.Descriptor, $"{ObjectNames.Descriptor} is missing; `mmdr repository rebuild-index` writes it again.");
    }

    private async Task<HashSet<BlobId>> CheckSmallObjectsAsync<T>(string prefix, Func<byte[], string, T> read, CancellationToken cancellationToken)
    {
        var ids = new HashSet<BlobId>();
        foreach (var item in await repository.Store.ListAllAsync(prefix, cancellationToken))
        {
            if (ObjectNames.IdOf(item.Name) is { } id)
            {
                ids.Add(id);
                await Guard(async () => read(await repository.Store.ReadAllAsync(item.Name, Repository.SmallObjectLimit, cancellationToken), item.Name), item.Name, $"{item.Name} went while it was read.");
            }
        }

        return ids;
    }

    private async Task<List<Tombstone>> ReadTombstonesAsync(CancellationToken cancellationToken)
    {
        var tombstones = new List<Tombstone>();
        await CheckSmallObjectsAsync(ObjectNames.Tombstones, (content, name) =>
        {
            tombstones.Add(ManifestJson.Parse<Tombstone>(OpenSealed(ObjectKind.Tombstone, content, name), name));
            return true;
        }, cancellationToken);
        return tombstones;
    }

    private async Task<Dictionary<BlobId, RestorePoint?>> ReadManifestsAsync(List<Tombstone> tombstones, CancellationToken cancellationToken)
    {
        var forgotten = WholeRepository.Forgotten(tombstones);
        var points = new Dictionary<BlobId, RestorePoint?>();
        foreach (var item in await repository.Store.ListAllAsync(ObjectNames.Manifests, cancellationToken))
        {
            if (ObjectNames.IdOf(item.Name) is { } id && !forgotten.Contains(id))
            {
                points[id] = null;
                await Guard(async () => points[id] = await repository.ReadRestorePointAsync(id, cancellationToken), item.Name, $"{item.Name} went while it was read.");
            }
        }

        return points;
    }

    private void CompareNames(Dictionary<BlobId, RestorePoint?> points, HashSet<BlobId> slots, List<Tombstone> tombstones, CheckRequest request)
    {
        var removed = Tombstone.InForce(tombstones);
        var readable = points.Values.OfType<RestorePoint>().ToArray();
        foreach (var id in readable.SelectMany(point => point.Previous).Where(id => !removed.Contains((Tombstone.Elsewhere, id))).Concat(request.Expected).Distinct().Where(id => !points.ContainsKey(id) && !removed.Contains((Tombstone.RestorePoint, id))))
        {
            Tell(id, request);
        }

        foreach (var id in readable.SelectMany(point => point.KeySlots).Distinct().Where(id => !slots.Contains(id) && !removed.Contains((Tombstone.KeySlot, id))))
        {
            _findings.Damaged($"{ObjectNames.Keys}{id} is missing: the key slot existed and was never removed by `mmdr key remove`.");
        }
    }

    private void Tell(BlobId missing, CheckRequest request)
    {
        if (request.Elsewhere.Contains(missing))
        {
            _findings.Note($"Restore point {missing} was not copied here yet.");
        }
        else
        {
            _findings.Damaged($"{ObjectNames.Of(ObjectKind.Manifest, missing)} is missing: the restore point was committed and never forgotten.");
        }
    }

    private async Task<LoadedIndex?> ReadIndexAsync(Dictionary<BlobId, RestorePoint?> points, CancellationToken cancellationToken)
    {
        LoadedIndex? loaded = null;
        await Guard(async () => loaded = await LoadedIndex.ReadAsync(repository, cancellationToken), "An index", "An index went while it was read.");
        if (loaded is null)
        {
            return null;
        }

        var known = loaded.Ids.Concat(loaded.Superseded).ToHashSet();
        foreach (var id in points.Values.OfType<RestorePoint>().SelectMany(point => point.Indexes).Distinct().Where(id => !known.Contains(id)))
        {
            _findings.Damaged($"{ObjectNames.Of(ObjectKind.Index, id)} is missing; `mmdr repository rebuild-index` makes a new one from the packs.");
        }

        return loaded;
    }

    private async Task<HashSet<BlobId>> CheckRestorePointsAsync(Dictionary<BlobId, RestorePoint?> points, LoadedIndex loaded, CancellationToken cancellationToken)
    {
        var index = loaded.ToBlobIndex();
        var seen = new HashSet<BlobId>();
        using var reader = new BlobReader(repository, index);
        foreach (var point in points.Values.OfType<RestorePoint>())
        {
            await Guard(async () =>
            {
                await foreach (var id in NeededBlobs.OfAsync(point, reader, cancellationToken))
                {
                    if (seen.Add(id) && index.Find(id) is null)
                    {
                        _findings.Damaged($"{MissingBlob.Describe(id, loaded)} Restore point {point.Id.ToString()[..8]} needs it.");
                    }
                }
            }, $"What restore point {point.Id} needs", $"A pack went while restore point {point.Id} was checked.");
        }

        return seen;
    }

    private void CheckPacks(LoadedIndex loaded, bool pruning)
    {
        foreach (var id in loaded.Distrusted.Where(loaded.Present.ContainsKey))
        {
            _findings.Note($"{ObjectNames.Of(ObjectKind.Pack, id)} was found damaged: backups store its content anew; --read-data tells whether anything is lost.");
        }

        foreach (var (id, size) in loaded.Present)
        {
            if (!loaded.Packs.TryGetValue(id, out var entry))
            {
                _findings.Note($"{ObjectNames.Of(ObjectKind.Pack, id)} is in no index: an interrupted {(pruning ? "backup or prune" : "backup")} left it; prune removes it.");
            }
            else if (entry.Size != size)
            {
                _findings.Damaged($"{ObjectNames.Of(ObjectKind.Pack, id)} has {size} bytes where the index says {entry.Size}.");
            }
        }

        foreach (var pack in loaded.Packs.Values.Where(pack => !loaded.Present.ContainsKey(pack.Id)))
        {
            _findings.Damaged($"{ObjectNames.Of(ObjectKind.Pack, pack.Id)} is missing.");
        }
    }

    private async Task CheckForeignObjectsAsync(CancellationToken cancellationToken)
    {
        string[] ours = [ObjectNames.Keys, ObjectNames.Packs, ObjectNames.Indexes, ObjectNames.Manifests, ObjectNames.Tombstones, ObjectNames.Condemned, ObjectNames.Distrusted, ObjectNames.Audit, ObjectNames.Ledger, ObjectNames.Anchors, ObjectNames.GivenUp, ObjectNames.Verifications, ObjectNames.Locks, ObjectNames.Pins];
        await foreach (var item in repository.Store.ListAsync("", cancellationToken))
        {
            _findings.Objects++;
            if (item.Name != ObjectNames.Descriptor && !item.Name.StartsWith(StoreProbe.Folder, StringComparison.Ordinal) && (ObjectNames.IdOf(item.Name) is null || !ours.Any(prefix => item.Name.StartsWith(prefix, StringComparison.Ordinal))))
            {
                _findings.Note($"{item.Name} is none of the repository's objects.");
            }
        }
    }

    private async Task CheckTamperingAsync(CancellationToken cancellationToken)
    {
        var (tampered, note) = await HiddenRecovery.LookAsync(repository, cancellationToken);
        foreach (var item in tampered)
        {
            _findings.Damaged(item);
        }

        if (note is not null)
        {
            _findings.Note(note);
        }
    }

    private async Task Guard(Func<Task> step, string name, string whenMissing)
    {
        try
        {
            await step();
            _failures.Succeeded();
        }
        catch (EngineException damage) when (damage.Fault is EngineFault.Damaged)
        {
            _findings.Damaged(damage);
        }
        catch (FileNotFoundException)
        {
            _findings.Damaged(whenMissing);
        }
        catch (Exception failure) when (_failures.GoesOn(failure))
        {
            _findings.Damaged(ReadFailures.Describe(name, failure));
        }
    }
}
