using MmDrBot.Engine.Backup;
using MmDrBot.Engine.Locking;
using MmDrBot.Engine.ObjectStores;
using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Replication;

/// <summary>
/// Brings a copy with the same keys up to date. Packs, manifests and records are copied byte for byte; indexes are the copy's own, since
/// it may keep restore points that the source has pruned. Order: keys and records, packs, index, manifest. What ends it in between leaves
/// packs that the next run finds again and does not send twice.
/// </summary>
public sealed class Replicator(Repository source, IObjectStore target, TimeProvider time)
{
    private const int Attempts = 3;
    private static readonly TimeSpan LongestLook = TimeSpan.FromMinutes(15);
    private readonly Repository _copy = new(target, source.Key);
    private readonly ObjectTransfer _transfer = new(source.Store, target);
    private readonly List<string> _problems = [];
    private HashSet<(string Kind, BlobId Target)> _explained = [];
    private (int Packs, long Bytes) _sent;
    private LockReport? _locks;

    /// <summary>Called after each restore point is committed in the copy.</summary>
    public Func<ReplicatedPoint, Task>? Committed { get; init; }

    /// <summary>Replicates.</summary>
    /// <exception cref="EngineException">Nothing could be copied at all, or the copy is out of order.</exception>
    public async Task<ReplicationResult> RunAsync(ReplicationRequest request, IProgress<ProgressReport>? report, CancellationToken cancellationToken)
    {
        var progress = new BackupProgress(report) { Phase = "looking at both sides" };
        await CopyPlace.PrepareAsync(source, target, cancellationToken);
        progress.Phase = "keys and records";
        var records = new RecordCopier(source, _copy, _transfer);
        await records.RunAsync(cancellationToken);

        var live = await LiveAsync(cancellationToken);
        var (held, forgotten) = await StandingAsync(cancellationToken);
        var wanted = live.Where(point => !held.Contains(point.Id) && !forgotten.Contains(point.Id)).ToArray();
        await ExplainAsync(wanted.Where(point => !point.IsFor(request.Copy)), cancellationToken);
        var missing = wanted.Where(point => request.RestorePoint is { } only ? point.Id == only : point.IsFor(request.Copy)).Reverse().ToArray();
        var copied = missing.Length > 0 ? await CopyAsync(missing, progress, cancellationToken) : [];
        _locks ??= await new LockKeeper(_copy, time).ExtendAsync(cancellationToken);
        held.UnionWith(copied);
        return new ReplicationResult
        {
            Copied = copied,
            Held = [.. live.Where(point => held.Contains(point.Id)).Select(Known)],
            Missing = [.. wanted.Where(point => !held.Contains(point.Id) && point.IsFor(request.Copy)).Select(Known)],
            ForgottenThere = [.. live.Where(point => !held.Contains(point.Id) && forgotten.Contains(point.Id)).Select(Known)],
            Packs = _sent.Packs,
            Bytes = _sent.Bytes,
            Records = records.Copied,
            Confirmed = _transfer.Confirmed,
            ReadBack = _transfer.ReadBack,
            Locks = _locks,
            Problems = [.. records.Problems, .. _problems],
        };
    }

    private static ReplicatedPoint Known(RestorePoint point) => new(point.Id, point.CreatedAt);

    /// <summary>Oldest first; what can't be read is told, and copied once it was repaired.</summary>
    private Task<IReadOnlyList<RestorePoint>> LiveAsync(CancellationToken cancellationToken) =>
        source.RestorePointsAsync((_, damage) => _problems.Add(damage.Message), cancellationToken);

    /// <summary>What is there, and what was forgotten there on purpose: a copy may have a retention of its own.</summary>
    private async Task<(HashSet<BlobId> Held, HashSet<BlobId> Forgotten)> StandingAsync(CancellationToken cancellationToken)
    {
        _explained = Tombstone.InForce(await _copy.TombstonesAsync(damage => _problems.Add(damage.Message), cancellationToken));
        var forgotten = _explained.Where(item => item.Kind == Tombstone.RestorePoint).Select(item => item.Target).ToHashSet();
        var there = (await target.ListAllAsync(ObjectNames.Manifests, cancellationToken)).Select(item => ObjectNames.IdOf(item.Name)).OfType<BlobId>();
        return ([.. there.Where(id => !forgotten.Contains(id))], forgotten);
    }

    /// <summary>The manifests that come after name what came before; the copy has to tell by itself why some of it is not there.</summary>
    private async Task ExplainAsync(IEnumerable<RestorePoint> elsewhere, CancellationToken cancellationToken)
    {
        foreach (var point in elsewhere.Where(point => !_explained.Contains((Tombstone.Elsewhere, point.Id))))
        {
            await _copy.WriteJsonAsync(ObjectKind.Tombstone, new Tombstone(Tombstone.Elsewhere, point.Id, time.GetUtcNow(), "replicate"), cancellationToken);
        }
    }

    private async Task<List<BlobId>> CopyAsync(IReadOnlyList<RestorePoint> missing, BackupProgress progress, CancellationToken cancellationToken)
    {
        var loaded = await LoadedIndex.ReadAsync(source, cancellationToken);
        var index = loaded.ToBlobIndex();
        using var reader = new BlobReader(source, index);
        var state = await CopyState.ReadAsync(_copy, cancellationToken);
        _problems.AddRange(state.Warnings);
        var copied = new List<BlobId>();
        foreach (var point in missing)
        {
            progress.Phase = $"restore point {point.Id.ToString()[..8]}";
            for (var attempt = 1; attempt <= Attempts; attempt++)
            {
                try
                {
                    var plan = await PointPlan.MakeAsync(point, loaded, reader, index, state, cancellationToken);
                    await SendAsync(plan, point, reader, state, progress, cancellationToken);
                    if (await CommitAsync(plan, point, state, cancellationToken))
                    {
                        copied.Add(point.Id);
                        await (Committed?.Invoke(Known(point)) ?? Task.CompletedTask);
                    }

                    break;
                }
                catch (EngineException between) when (between.Fault is EngineFault.Conflict && attempt < Attempts)
                {
                    // A prune or a check of the copy got in between: what is there now tells what has to be sent.
                    state = await CopyState.ReadAsync(_copy, cancellationToken);
                }
                catch (EngineException failure) when (failure.Fault is EngineFault.Damaged or EngineFault.Conflict)
                {
                    _problems.Add($"Restore point {point.Id} was not copied: {failure.Message}");
                    break;
                }
            }
        }

        return copied;
    }

    private async Task SendAsync(PointPlan plan, RestorePoint point, BlobReader reader, CopyState state, BackupProgress progress, CancellationToken cancellationToken)
    {
        progress.Expect(plan.Send.Sum(pack => (long)pack.Size));
        var options = new ParallelOptions { MaxDegreeOfParallelism = Math.Max(source.Store.Parallelism, target.Parallelism) * 2, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(plan.Send, options, async (pack, token) => await SendAsync(pack, state, progress, token));
        var resealed = await ResealAsync(plan.Reseal, reader, state, cancellationToken);
        var supersedes = point.Indexes.Where(id => !state.KnownIndexes.Contains(id)).ToArray();
        if (plan.Send.Count + resealed.Count + supersedes.Length == 0)
        {
            return;
        }

        PackEntry[] packs = [.. plan.Send, .. resealed];
        var written = await _copy.WriteSealedAsync(ObjectKind.Index, new IndexFormat([.. supersedes.Order()], packs).ToBytes(), cancellationToken);
        state.KnownIndexes.UnionWith([.. supersedes, written]);
        Array.ForEach(packs, state.Index.Add);
    }

    /// <summary>What an interrupted run brought is proven where it lies, and not sent again.</summary>
    private async Task SendAsync(PackEntry pack, CopyState state, BackupProgress progress, CancellationToken cancellationToken)
    {
        var name = ObjectNames.Of(ObjectKind.Pack, pack.Id);
        if (!state.Present.TryGetValue(pack.Id, out var size) || size != pack.Size || !await _transfer.IsRightAsync(name, size, cancellationToken))
        {
            await _transfer.CopyAsync(name, pack.Size, cancellationToken);
            lock (_problems)
            {
                _sent = (_sent.Packs + 1, _sent.Bytes + pack.Size);
            }
        }

        progress.Add(pack.Size);
    }

    private async Task<IReadOnlyList<PackEntry>> ResealAsync(IReadOnlyList<BlobId> blobs, BlobReader reader, CopyState state, CancellationToken cancellationToken)
    {
        if (blobs.Count == 0)
        {
            return [];
        }

        await using var writer = new BlobWriter(target, _copy.Key, state.Index, cancellationToken);
        foreach (var id in blobs)
        {
            var (buffer, length) = await reader.RentAsync(id, cancellationToken);
            await writer.StoreAsync(buffer.AsSpan(0, length), CompressionEffort.Thorough);
            Buffers.Return(buffer);
        }

        await writer.CompleteAsync();
        foreach (var pack in writer.Written)
        {
            if (!await _transfer.IsRightAsync(ObjectNames.Of(ObjectKind.Pack, pack.Id), pack.Size, cancellationToken))
            {
                throw EngineException.Damaged(ObjectNames.Of(ObjectKind.Pack, pack.Id), $"it did not arrive at {target.Location} as it was sent");
            }
        }

        return writer.Written;
    }

    /// <returns>False when the source forgot it meanwhile: its packs in the copy go with the next prune there.</returns>
    private async Task<bool> CommitAsync(PointPlan plan, RestorePoint point, CopyState state, CancellationToken cancellationToken)
    {
        _locks ??= await new LockKeeper(_copy, time).ExtendAsync(cancellationToken);
        var look = time.GetUtcNow();
        await state.RequireAsync([.. plan.Relied, .. plan.Send.Select(pack => pack.Id)], cancellationToken);
        if (time.GetUtcNow() - look > LongestLook)
        {
            throw new EngineException(EngineFault.Unavailable, "Between the last look at the copy and the commit too much time passed; the restore point was not committed there.", "The machine or the store is stalled. Replicate again: what has arrived is not sent twice.");
        }

        var name = ObjectNames.Of(ObjectKind.Manifest, point.Id);
        if (await source.Store.FindAsync(name, cancellationToken) is not { } size)
        {
            return false;
        }

        await _transfer.CopyAsync(name, size, cancellationToken);
        return true;
    }
}
