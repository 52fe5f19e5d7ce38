using System.Collections.Concurrent;
using MmDrBot.Engine.Backup;
using MmDrBot.Engine.Maintenance;
using MmDrBot.Engine.ObjectStores;
using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Replication;

/// <summary>
/// Mends a repository from another one with the same keys: whatever is damaged or missing here and whole there is taken over, proven by the
/// hash in its name; indexes are made anew from the packs; packs that were distrusted and are whole are trusted again. From one with another key,
/// of which this is a copy or which is a copy of this, what restore points lack is read and sealed anew; manifests, records and key slots are not.
/// What is whole nowhere is listed by restore point, table and file. Without another repository it reads, rebuilds and lists.
/// </summary>
/// <param name="repository">The one to repair.</param>
/// <param name="from">The other one; null: there is none.</param>
/// <param name="time">The clock.</param>
public sealed class RepositoryRepair(Repository repository, Repository? from, TimeProvider time)
{
    private readonly ConcurrentDictionary<BlobId, bool> _bad = [];
    private readonly List<string> _mended = [];
    private readonly List<string> _lost = [];
    private readonly Repository? _twin = from?.Id == repository.Id ? from : null;
    private int _read;
    private bool _rebuilt;

    /// <summary>Opens a repository whose key slots are gone with the key of its copy.</summary>
    /// <exception cref="EngineException">Conflict: the place holds something else.</exception>
    public static async Task<Repository> OpenWithKeyOfAsync(Repository copy, IObjectStore store, CancellationToken cancellationToken) =>
        await RepositoryAccess.ReadDescriptorAsync(store, cancellationToken) is { } other && other.Id != copy.Id
            ? throw new EngineException(EngineFault.Conflict, $"{store.Location} holds repository {other.Id}, and {copy.Location} is no copy of it.", "Name the copy that belongs to it.")
            : new Repository(store, copy.Key);

    /// <summary>Repairs.</summary>
    /// <exception cref="EngineException">Conflict: the other repository has another key, and neither is a copy of the other.</exception>
    public async Task<RepairResult> RunAsync(RepairRequest request, IProgress<ProgressReport>? report, CancellationToken cancellationToken)
    {
        var progress = new BackupProgress(report) { Phase = "small objects" };
        var foreign = from is null || from.Id == repository.Id ? null : await ForeignMending.ReadAsync(repository, from, cancellationToken);
        var small = new SmallObjectRepair(repository, _twin, request.DryRun);
        await small.RunAsync(request.Expected, cancellationToken);
        progress.Phase = "indexes";
        var loaded = await LoadAsync(request.DryRun, cancellationToken);
        progress.Phase = "packs";
        var trusted = await JudgePacksAsync(loaded, request.ReadData, progress, cancellationToken);
        progress.Phase = "mending";
        var there = _twin is null ? null : await LoadedIndex.ReadAsync(_twin, cancellationToken);
        await MendPacksAsync(there, request.DryRun, cancellationToken);
        var after = await AfterMendingAsync(loaded, request.DryRun, cancellationToken);
        var blobs = await MendBlobsAsync(after, there, request.DryRun, cancellationToken);
        if (!request.DryRun)
        {
            await LiftAsync(after, cancellationToken);
        }

        var (losses, missing) = await LossesAsync(after, there, request.DryRun, blobs, new HashSet<BlobId>(), cancellationToken);
        var brought = 0;
        if (foreign is not null && losses.Count > 0)
        {
            progress.Phase = "reading the other repository";
            var mendable = await MendForeignAsync(foreign, losses, missing, request.DryRun, progress, cancellationToken);
            (losses, var still) = await LossesAsync(after, there, request.DryRun, blobs, mendable, cancellationToken);
            brought = missing.Count(id => !still.Contains(id));
        }

        await DropAbsentAsync(after, request.DryRun, cancellationToken);
        return new RepairResult
        {
            Mended = [.. small.Mended, .. _mended.Order(StringComparer.Ordinal)],
            IndexRebuilt = _rebuilt,
            Resealed = blobs?.Resealed.Count ?? brought,
            Trusted = trusted,
            PacksRead = _read,
            Lost = [.. small.Lost, .. _lost.Order(StringComparer.Ordinal)],
            Losses = losses,
        };
    }

    /// <summary>What the indexes say; where one is damaged or missing, they are made anew first. A dry run asks the packs and writes nothing.</summary>
    private async Task<LoadedIndex> LoadAsync(bool dryRun, CancellationToken cancellationToken)
    {
        try
        {
            var loaded = await LoadedIndex.ReadAsync(repository, cancellationToken);
            var known = loaded.Ids.Concat(loaded.Superseded).ToHashSet();
            var points = await repository.RestorePointsAsync(static (_, _) => { }, cancellationToken);
            if (points.SelectMany(point => point.Indexes).All(known.Contains))
            {
                return loaded;
            }
        }
        catch (EngineException damage) when (damage.Fault is EngineFault.Damaged)
        {
            // An index is damaged: the packs tell what it told.
        }

        _rebuilt = true;
        if (!dryRun)
        {
            await IndexRebuilder.RunAsync(repository, cancellationToken);
            return await LoadedIndex.ReadAsync(repository, cancellationToken);
        }

        var present = await LoadedIndex.PresentAsync(repository, cancellationToken);
        var packs = new Dictionary<BlobId, PackEntry>();
        foreach (var (id, size) in present)
        {
            await TryAddAsync(packs, id, size, cancellationToken);
        }

        return new LoadedIndex { Ids = [], Superseded = new HashSet<BlobId>(), Packs = packs, Present = present, Distrusted = await Distrust.PacksAsync(repository, cancellationToken) };
    }

    private async Task TryAddAsync(Dictionary<BlobId, PackEntry> packs, BlobId id, long size, CancellationToken cancellationToken)
    {
        try
        {
            packs[id] = await new PackReader(repository).ReadEntryAsync(id, size, cancellationToken);
        }
        catch (EngineException damage) when (damage.Fault is EngineFault.Damaged)
        {
            _bad[id] = true;
        }
    }

    /// <returns>How many distrusted packs are whole after all.</returns>
    private async Task<int> JudgePacksAsync(LoadedIndex loaded, bool readData, BackupProgress progress, CancellationToken cancellationToken)
    {
        foreach (var pack in loaded.Packs.Values.Where(pack => !loaded.Present.TryGetValue(pack.Id, out var size) || size != pack.Size))
        {
            _bad[pack.Id] = true;
        }

        var suspects = loaded.Present.Where(pack => !_bad.ContainsKey(pack.Key) && (readData || loaded.Distrusted.Contains(pack.Key) || !loaded.Packs.ContainsKey(pack.Key))).ToArray();
        progress.Expect(suspects.Sum(pack => pack.Value));
        await Parallel.ForEachAsync(suspects, Options(cancellationToken), async (pack, token) =>
        {
            var hash = await ObjectTransfer.HashAsync(repository.Store, ObjectNames.Of(ObjectKind.Pack, pack.Key), pack.Value, token);
            if (hash is null || BlobId.From(hash) != pack.Key)
            {
                _bad[pack.Key] = true;
            }

            Interlocked.Increment(ref _read);
            progress.Add(pack.Value);
        });
        return loaded.Distrusted.Count(id => loaded.Present.ContainsKey(id) && !_bad.ContainsKey(id));
    }

    private async Task MendPacksAsync(LoadedIndex? there, bool dryRun, CancellationToken cancellationToken)
    {
        var transfer = _twin is null ? null : new ObjectTransfer(_twin.Store, repository.Store);
        await Parallel.ForEachAsync(_bad.Keys.ToArray(), Options(cancellationToken), async (id, token) =>
        {
            var name = ObjectNames.Of(ObjectKind.Pack, id);
            var mended = transfer is not null && there!.Present.TryGetValue(id, out var size) && await TryMendAsync(transfer, name, size, dryRun, token);
            lock (_mended)
            {
                (mended ? _mended : _lost).Add(name);
            }

            if (mended)
            {
                _bad.TryRemove(id, out _);
            }
        });

    }

    private async Task<bool> TryMendAsync(ObjectTransfer transfer, string name, long size, bool dryRun, CancellationToken cancellationToken)
    {
        try
        {
            if (dryRun)
            {
                return await ObjectTransfer.HashAsync(_twin!.Store, name, size, cancellationToken) is { } hash && BlobId.From(hash) == ObjectNames.IdOf(name);
            }

            await transfer.CopyAsync(name, size, cancellationToken);
            return true;
        }
        catch (EngineException damage) when (damage.Fault is EngineFault.Damaged)
        {
            return false;
        }
    }

    private async Task<BlobMending?> MendBlobsAsync(LoadedIndex loaded, LoadedIndex? there, bool dryRun, CancellationToken cancellationToken)
    {
        if (there is null)
        {
            return null;
        }

        var mending = new BlobMending(repository, _twin!, there, dryRun);
        await mending.RunAsync(Good(loaded), loaded.Present, cancellationToken);
        _mended.AddRange(mending.Packs);
        return mending;
    }

    /// <summary>What is here once packs were mended; in a dry run, what would be.</summary>
    private async Task<LoadedIndex> AfterMendingAsync(LoadedIndex loaded, bool dryRun, CancellationToken cancellationToken)
    {
        if (!dryRun)
        {
            return await LoadedIndex.ReadAsync(repository, cancellationToken);
        }

        var present = new Dictionary<BlobId, long>(loaded.Present);
        foreach (var id in _mended.Select(ObjectNames.IdOf).OfType<BlobId>().Where(loaded.Packs.ContainsKey))
        {
            present[id] = loaded.Packs[id].Size;
        }

        return loaded with { Present = present };
    }

    /// <summary>Lists of distrusted packs go when none of their packs is bad any more; what is still bad gets a list of its own.</summary>
    private async Task LiftAsync(LoadedIndex loaded, CancellationToken cancellationToken)
    {
        foreach (var (id, list) in await Distrust.ListsAsync(repository, cancellationToken))
        {
            var bad = list.Packs.Where(_bad.ContainsKey).ToArray();
            if (bad.Length == list.Packs.Count || (bad.Length > 0 && !await Distrust.TryAddAsync(repository, bad, time, cancellationToken)))
            {
                continue;
            }

            await repository.Store.DeleteAsync([ObjectNames.Of(ObjectKind.Distrusted, id)], cancellationToken);
        }

        var unknown = _bad.Keys.Where(id => loaded.Present.ContainsKey(id) && !loaded.Distrusted.Contains(id)).ToArray();
        if (unknown.Length > 0)
        {
            await Distrust.TryAddAsync(repository, unknown, time, cancellationToken);
        }
    }

    /// <summary>In a dry run what would be mended is read where it is, in the other repository. A bad pack that nobody needs is no loss.</summary>
    private async Task<(IReadOnlyList<RestorePointLoss> Losses, IReadOnlySet<BlobId> Missing)> LossesAsync(
        LoadedIndex loaded, LoadedIndex? there, bool dryRun, BlobMending? blobs, IReadOnlySet<BlobId> mendable, CancellationToken cancellationToken)
    {
        var now = dryRun ? loaded : await LoadedIndex.ReadAsync(repository, cancellationToken);
        var here = Good(now);
        var elsewhere = dryRun && there is not null && _mended.Count + (blobs?.Resealed.Count ?? 0) > 0 ? there.ToBlobIndex() : null;
        using var reader = new BlobReader(elsewhere is null ? repository : _twin!, elsewhere ?? here);
        var report = new LossReport(id => here.Find(id) is not null || elsewhere?.Find(id) is not null, reader);
        var losses = new List<RestorePointLoss>();
        foreach (var point in (await repository.RestorePointsAsync(static (_, _) => { }, cancellationToken)).Where(point => !mendable.Contains(point.Id)))
        {
            if (await report.OfAsync(point, cancellationToken) is { Count: > 0 } parts)
            {
                losses.Add(new RestorePointLoss(point.Id, point.CreatedAt, parts));
            }
        }

        _lost.RemoveAll(name => ObjectNames.IdOf(name) is { } id && !(loaded.Packs.TryGetValue(id, out var pack) && pack.Blobs.Any(blob => report.Missing.Contains(blob.Id))));
        return (losses, report.Missing);
    }

    /// <returns>In a dry run: restore points that would lack nothing more.</returns>
    private async Task<IReadOnlySet<BlobId>> MendForeignAsync(ForeignMending foreign, IReadOnlyList<RestorePointLoss> losses, IReadOnlySet<BlobId> missing, bool dryRun, BackupProgress progress, CancellationToken cancellationToken)
    {
        var lacking = (await repository.RestorePointsAsync(static (_, _) => { }, cancellationToken)).Where(point => losses.Any(loss => loss.RestorePoint == point.Id)).ToArray();
        if (dryRun)
        {
            return await foreign.ForetellAsync(lacking, cancellationToken);
        }

        await foreign.RunAsync(lacking, await LoadedIndex.ReadAsync(repository, cancellationToken), _bad.Keys.ToHashSet(), progress, cancellationToken);
        return new HashSet<BlobId>();
    }

    /// <summary>Packs that are gone and that nobody needs stand in the indexes no more.</summary>
    private async Task DropAbsentAsync(LoadedIndex loaded, bool dryRun, CancellationToken cancellationToken)
    {
        if (loaded.Packs.Keys.Any(id => !loaded.Present.ContainsKey(id) && !_lost.Contains(ObjectNames.Of(ObjectKind.Pack, id))))
        {
            _rebuilt = true;
            await (dryRun ? Task.CompletedTask : IndexRebuilder.RunAsync(repository, cancellationToken));
        }
    }

    private BlobIndex Good(LoadedIndex loaded) => loaded.ToBlobIndex(except: _bad.Keys.ToHashSet());

    private ParallelOptions Options(CancellationToken cancellationToken) =>
        new() { MaxDegreeOfParallelism = 2 * Math.Max(repository.Store.Parallelism, from?.Store.Parallelism ?? 1), CancellationToken = cancellationToken };
}
