using MmDrBot.Engine.Locking;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Sources.Files;
using MmDrBot.Engine.Sources.Postgres;
using Npgsql;

namespace MmDrBot.Engine.Backup;

/// <summary>
/// Takes one restore point: snapshot of the database first, then files (every row's file was written before its row), then the commit:
/// packs, index, manifest, in this order. Whatever ends it before the manifest leaves orphans, never a restore point.
/// </summary>
public sealed class BackupRunner(Repository repository, TimeProvider time)
{
    /// <summary>How locks stand after a backup; null where none are asked for.</summary>
    public LockReport? Locks { get; private set; }

    /// <summary>Takes the backup.</summary>
    /// <returns>The restore point, committed and durable.</returns>
    /// <exception cref="EngineException">It could not be taken; there is no new restore point.</exception>
    public async Task<RestorePoint> RunAsync(BackupRequest request, IProgress<ProgressReport>? progress, CancellationToken cancellationToken)
    {
        var started = time.GetUtcNow();
        var counter = new BackupProgress(progress) { Phase = "preparing" };
        var damaged = new List<string>();
        var previous = await repository.RestorePointsAsync((_, damage) => damaged.Add($"An earlier restore point can't be read: {damage.Message}"), cancellationToken);
        var avoided = await AvoidedPacks.ReadAsync(repository, cancellationToken);
        var loaded = await LoadedIndex.ReadAsync(repository, cancellationToken);
        var index = loaded.ToBlobIndex(except: avoided.Packs);

        await using var blobs = new BlobWriter(repository.Store, repository.Key, index, cancellationToken);
        try
        {
            var content = await StoreAsync(request, previous, index, blobs, counter, attempts: 3, cancellationToken);
            var emptied = EmptiedTables.Tell(content.Database, previous);
            counter.Phase = "committing";
            await blobs.CompleteAsync();
            var draft = content with
            {
                CreatedAt = started,
                FinishedAt = time.GetUtcNow(),
                Label = request.Label,
                Copies = request.Copies,
                Host = Environment.MachineName,
                Program = request.Program,
                Repository = repository.Id,
                NewBytes = blobs.NewContent,
                Warnings = [.. damaged, .. avoided.Warnings, .. content.Warnings, .. new[] { emptied, LaterPoints.Tell(started, previous) }.OfType<string>()],
                State = content.Files?.Unreadable.Count > 0 || content.State is RestorePointState.Partial ? RestorePointState.Partial : RestorePointState.Complete,
            };
            return await CommitAsync(draft, request, loaded, avoided, blobs.Written, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            blobs.ThrowIfFailed();
            throw;
        }
        catch (NpgsqlException failure)
        {
            throw PostgresConnection.Failed(failure);
        }
    }

    private async Task<RestorePoint> StoreAsync(BackupRequest request, IReadOnlyList<RestorePoint> previous, BlobIndex index, BlobWriter blobs, BackupProgress progress, int attempts, CancellationToken cancellationToken)
    {
        try
        {
            return await StoreAsync(request, previous, index, blobs, progress, cancellationToken);
        }
        catch (EngineException locked) when (locked.Fault is EngineFault.Locked && attempts > 1)
        {
            // Whoever was in the way got through when our locks went. What was stored already is not stored twice.
            return await StoreAsync(request, previous, index, blobs, progress, attempts - 1, cancellationToken);
        }
    }

    private async Task<RestorePoint> StoreAsync(BackupRequest request, IReadOnlyList<RestorePoint> previous, BlobIndex index, BlobWriter blobs, BackupProgress progress, CancellationToken cancellationToken)
    {
        using var reader = new BlobReader(repository, index);
        var storage = new ComponentStorage(repository, new Repositories.StreamWriter(blobs, new Chunker(repository.Key)), reader, index, previous, progress, time);
        var sources = request.Sources;
        if (sources.Database is not { } address)
        {
            progress.Phase = "files";
            return await storage.StoreAsync(sources, null, null, cancellationToken);
        }

        var (snapshot, tools) = await PostgresSource.OpenAsync(address, time, storage.Note, cancellationToken);
        await using (snapshot)
        {
            progress.Phase = "database and files";
            return await storage.StoreAsync(sources, snapshot, tools, cancellationToken);
        }
    }

    private async Task<RestorePoint> CommitAsync(RestorePoint draft, BackupRequest request, LoadedIndex before, AvoidedPacks avoided, IReadOnlyList<PackEntry> written, CancellationToken cancellationToken)
    {
        var indexes = before.Ids.ToList();
        if (written.Count > 0)
        {
            indexes.Add(await repository.WriteSealedAsync(ObjectKind.Index, new IndexFormat([], written).ToBytes(), cancellationToken));
        }

        // What the restore point relies on is locked for long before it is a restore point, whichever backup stored it.
        Locks = await new LockKeeper(repository, time).ExtendAsync(cancellationToken);
        var keySlots = await RepositoryAccess.KeySlotIdsAsync(repository, cancellationToken);
        var live = await LiveIdsAsync(cancellationToken);
        var look = time.GetUtcNow();
        await LookAgainAsync(before, avoided, written, cancellationToken);
        if (time.GetUtcNow() - look > request.MaximumAgeOfLook)
        {
            throw new EngineException(EngineFault.Unavailable, "Between the last look at the repository and the commit too much time passed; nothing was committed.", "The machine or the store is stalled. Try again: what was stored already is not sent twice.");
        }

        var manifest = draft with { Warnings = [.. draft.Warnings, .. Locks?.Warnings ?? []], Previous = live, KeySlots = keySlots, Indexes = indexes, FinishedAt = time.GetUtcNow() };
        var id = await repository.WriteJsonAsync(ObjectKind.Manifest, manifest, cancellationToken);
        return manifest with { Id = id };
    }

    private async Task<BlobId[]> LiveIdsAsync(CancellationToken cancellationToken)
    {
        var unreadable = new List<BlobId>();
        var readable = await repository.RestorePointsAsync((id, _) => unreadable.Add(id), cancellationToken);
        return [.. readable.Select(point => point.Id), .. unreadable];
    }

    /// <summary>Prune may have run on another host meanwhile: what this backup relies on must neither be gone nor newly condemned.</summary>
    private async Task LookAgainAsync(LoadedIndex before, AvoidedPacks avoided, IReadOnlyList<PackEntry> written, CancellationToken cancellationToken)
    {
        var now = (await avoided.ReadAgainAsync(repository, cancellationToken)).Packs;
        var present = await LoadedIndex.PresentAsync(repository, cancellationToken);
        var relied = before.Packs.Values.Where(pack => before.Present.ContainsKey(pack.Id) && !avoided.Packs.Contains(pack.Id)).Concat(written);
        if (relied.FirstOrDefault(pack => now.Contains(pack.Id) || !present.TryGetValue(pack.Id, out var size) || size != pack.Size) is { } lost)
        {
            throw new EngineException(EngineFault.Conflict, $"Pack {lost.Id} went, was condemned or was found damaged while the backup ran; nothing was committed.", "A prune or a check got in between. Take the backup again: what was stored already is not sent twice.");
        }
    }
}
