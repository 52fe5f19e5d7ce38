using MmDrBot.Engine.Backup;
using MmDrBot.Engine.Locking;
using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Replication;

/// <summary>
/// Brings a copy with a key of its own up to date: whoever has the first repository's keys can't read it, and the other way round. Everything is
/// opened and sealed anew, so that ids differ; the manifest tells what it is a copy of. The ledger and audit entries travel with it.
/// </summary>
public sealed class ResealingReplicator(Repository source, Repository copy, TimeProvider time)
{
    private const int Attempts = 3;
    private static readonly TimeSpan LongestLook = TimeSpan.FromMinutes(15);
    private readonly ObjectTransfer _proof = new(source.Store, copy.Store);
    private readonly List<string> _problems = [];
    private (int Packs, long Bytes) _sent;
    private LockReport? _locks;

    /// <summary>Restore points that the copy is remembered to have held: what it forgot since is not copied again.</summary>
    public IReadOnlyCollection<BlobId> Remembered { get; init; } = [];

    /// <summary>Called after each restore point is committed in the copy.</summary>
    public Func<ReplicatedPoint, Task>? Committed { get; init; }

    /// <summary>Replicates.</summary>
    /// <exception cref="EngineException">Nothing could be copied at all, or the copy is out of order.</exception>
    public async Task<ReplicationResult> RunAsync(ReplicationRequest request, IProgress<ProgressReport>? report, CancellationToken cancellationToken)
    {
        var progress = new BackupProgress(report) { Phase = "records" };
        var records = await ForeignRecords.CopyAsync(source, copy, _problems, cancellationToken);
        var live = await source.RestorePointsAsync((_, damage) => _problems.Add(damage.Message), cancellationToken);
        var copies = (await copy.RestorePointsAsync((_, damage) => _problems.Add(damage.Message), cancellationToken)).Where(point => point.Origin?.Repository == source.Id).ToList();
        var held = copies.Select(point => point.Origin!.RestorePoint).ToHashSet();
        var forgotten = await ForgottenAsync(held, cancellationToken);
        var wanted = live.Where(point => !held.Contains(point.Id) && !forgotten.Contains(point.Id)).ToArray();
        var copied = new List<BlobId>();
        foreach (var point in wanted.Where(point => request.RestorePoint is { } only ? point.Id == only : point.IsFor(request.Copy)).Reverse())
        {
            progress.Phase = $"restore point {point.Id.ToString()[..8]}";
            await TryCopyAsync(point, live, copies, progress, copied, cancellationToken);
        }

        _locks ??= await new LockKeeper(copy, time).ExtendAsync(cancellationToken);
        held.UnionWith(copied);
        return new ReplicationResult
        {
            Copied = copied,
            Held = [.. live.Where(point => held.Contains(point.Id)).Select(Known)],
            Missing = [.. wanted.Where(point => !held.Contains(point.Id) && point.IsFor(request.Copy)).Select(Known)],
            ForgottenThere = [.. live.Where(point => !held.Contains(point.Id) && forgotten.Contains(point.Id)).Select(Known)],
            Packs = _sent.Packs,
            Bytes = _sent.Bytes,
            Records = records,
            Confirmed = _proof.Confirmed,
            ReadBack = _proof.ReadBack,
            Locks = _locks,
            Problems = _problems,
        };
    }

    private static ReplicatedPoint Known(RestorePoint point) => new(point.Id, point.CreatedAt);

    /// <summary>A manifest that was forgotten tells its origin no more, so that memory has to; it counts only where the copy has tombstones, lest a copy that was emptied stay so.</summary>
    private async Task<HashSet<BlobId>> ForgottenAsync(HashSet<BlobId> held, CancellationToken cancellationToken)
    {
        var forgets = WholeRepository.Forgotten(await copy.TombstonesAsync(damage => _problems.Add(damage.Message), cancellationToken)).Count > 0;
        return [.. forgets ? Remembered.Where(id => !held.Contains(id)) : []];
    }

    private async Task TryCopyAsync(RestorePoint point, IReadOnlyList<RestorePoint> live, List<RestorePoint> copies, BackupProgress progress, List<BlobId> copied, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            try
            {
                copies.Add(await CopyAsync(point, live, copies, progress, cancellationToken));
                copied.Add(point.Id);
                await (Committed?.Invoke(Known(point)) ?? Task.CompletedTask);
                return;
            }
            catch (EngineException between) when (between.Fault is EngineFault.Conflict && attempt < Attempts)
            {
                // A prune or a check of the copy got in between; the next attempt looks at what is there now.
            }
            catch (EngineException failure) when (failure.Fault is EngineFault.Damaged or EngineFault.Conflict)
            {
                _problems.Add($"Restore point {point.Id} was not copied: {failure.Message}");
                return;
            }
        }
    }

    private async Task<RestorePoint> CopyAsync(RestorePoint point, IReadOnlyList<RestorePoint> live, List<RestorePoint> copies, BackupProgress progress, CancellationToken cancellationToken)
    {
        var loaded = await LoadedIndex.ReadAsync(source, cancellationToken);
        using var reader = new BlobReader(source, loaded.ToBlobIndex(), PackCache.For(source.Store));
        var state = await CopyState.ReadAsync(copy, cancellationToken);
        await using var writer = new BlobWriter(copy.Store, copy.Key, state.Index, cancellationToken);
        try
        {
            var streams = new StreamCopier(reader, new Repositories.StreamWriter(writer, new Chunker(copy.Key)), progress);
            await LearnAsync(streams, point, live, copies, state, cancellationToken);
            var draft = await streams.CopyAsync(point, cancellationToken);
            await writer.CompleteAsync();
            return await CommitAsync(draft, point, state, writer, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            writer.ThrowIfFailed();
            throw;
        }
    }

    /// <summary>From the restore point nearest in time that the copy has: it differs least.</summary>
    private async Task LearnAsync(StreamCopier streams, RestorePoint point, IReadOnlyList<RestorePoint> live, List<RestorePoint> copies, CopyState state, CancellationToken cancellationToken)
    {
        var nearest = copies.Select(made => (Copy: made, Original: live.FirstOrDefault(one => one.Id == made.Origin!.RestorePoint))).Where(pair => pair.Original is not null)
            .OrderBy(pair => (pair.Original!.CreatedAt - point.CreatedAt).Duration()).FirstOrDefault();
        if (nearest.Original is not { } original)
        {
            return;
        }

        // What the copy can't be relied on for is not learned: the reader finds nothing in packs that are avoided.
        using var copied = new BlobReader(copy, state.Index);
        try
        {
            await streams.LearnAsync(original, nearest.Copy, copied, cancellationToken);
            if (!await IsWholeAsync(nearest.Copy, copied, state, cancellationToken))
            {
                streams.Unlearn();
            }
        }
        catch (EngineException damage) when (damage.Fault is EngineFault.Damaged)
        {
            streams.Unlearn();
        }
    }

    private static async Task<bool> IsWholeAsync(RestorePoint made, BlobReader reader, CopyState state, CancellationToken cancellationToken)
    {
        await foreach (var id in NeededBlobs.OfAsync(made, reader, cancellationToken))
        {
            if (state.Index.Find(id) is null)
            {
                return false;
            }
        }

        return true;
    }

    private async Task<RestorePoint> CommitAsync(RestorePoint draft, RestorePoint origin, CopyState state, BlobWriter writer, CancellationToken cancellationToken)
    {
        foreach (var pack in writer.Written)
        {
            if (!await _proof.IsRightAsync(ObjectNames.Of(ObjectKind.Pack, pack.Id), pack.Size, cancellationToken))
            {
                throw EngineException.Damaged(ObjectNames.Of(ObjectKind.Pack, pack.Id), $"it did not arrive at {copy.Location} as it was sent");
            }

            _sent = (_sent.Packs + 1, _sent.Bytes + pack.Size);
        }

        var indexes = state.Ids.ToList();
        if (writer.Written.Count > 0)
        {
            indexes.Add(await copy.WriteSealedAsync(ObjectKind.Index, new IndexFormat([], writer.Written).ToBytes(), cancellationToken));
        }

        _locks ??= await new LockKeeper(copy, time).ExtendAsync(cancellationToken);
        var slots = await RepositoryAccess.KeySlotIdsAsync(copy, cancellationToken);
        var previous = (await copy.RestorePointsAsync(static (_, _) => { }, cancellationToken)).Select(point => point.Id).ToArray();
        var look = time.GetUtcNow();
        await state.RequireAsync([.. state.Relied, .. writer.Written.Select(pack => pack.Id)], cancellationToken);
        if (time.GetUtcNow() - look > LongestLook)
        {
            throw new EngineException(EngineFault.Unavailable, "Between the last look at the copy and the commit too much time passed; the restore point was not committed there.", "The machine or the store is stalled. Replicate again.");
        }

        var manifest = draft with { Repository = copy.Id, Previous = previous, KeySlots = slots, Indexes = indexes, NewBytes = writer.NewContent, Origin = new RestorePointOrigin(source.Id, origin.Id) };
        return manifest with { Id = await copy.WriteJsonAsync(ObjectKind.Manifest, manifest, cancellationToken) };
    }
}
