using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Replication;

/// <summary>
/// Brings blobs that no good pack holds here and the other repository has: in their packs where those names are free, else in new packs,
/// under the same ids.
/// </summary>
internal sealed class BlobMending(Repository repository, Repository from, LoadedIndex there, bool dryRun)
{
    private readonly BlobIndex _other = there.ToBlobIndex();
    private readonly ObjectTransfer _transfer = new(from.Store, repository.Store);
    private readonly List<PackEntry> _new = [];

    /// <summary>Packs that were taken over, by their names.</summary>
    internal List<string> Packs { get; } = [];

    /// <summary>Blobs that got new packs.</summary>
    internal HashSet<BlobId> Resealed { get; } = [];

    /// <param name="index">What good packs hold here.</param>
    /// <param name="present">All packs that are here, good or bad.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    internal async Task RunAsync(BlobIndex index, IReadOnlyDictionary<BlobId, long> present, CancellationToken cancellationToken)
    {
        using var reader = new BlobReader(from, _other);
        var wanted = new HashSet<BlobId>();
        foreach (var point in await repository.RestorePointsAsync(static (_, _) => { }, cancellationToken))
        {
            await AddWantedAsync(point, index, reader, wanted, cancellationToken);
        }

        foreach (var pack in wanted.Select(id => _other.Find(id)!.Value.Pack).Distinct().Where(pack => !present.ContainsKey(pack)).ToArray())
        {
            await TryTakeAsync(there.Packs[pack], wanted, cancellationToken);
        }

        Resealed.UnionWith(wanted);
        if (!dryRun)
        {
            await ResealAsync(index, reader, cancellationToken);
        }
    }

    private async Task AddWantedAsync(RestorePoint point, BlobIndex index, BlobReader reader, HashSet<BlobId> wanted, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var id in NeededBlobs.OfAsync(point, reader, cancellationToken))
            {
                if (!index.Contains(id) && _other.Find(id) is not null)
                {
                    wanted.Add(id);
                }
            }
        }
        catch (EngineException unknown) when (unknown.Fault is EngineFault.Damaged)
        {
            // The other repository does not hold it whole either; what it lacks here is listed in the end.
        }
    }

    private async Task TryTakeAsync(PackEntry pack, HashSet<BlobId> wanted, CancellationToken cancellationToken)
    {
        var name = ObjectNames.Of(ObjectKind.Pack, pack.Id);
        try
        {
            if (!dryRun)
            {
                await _transfer.CopyAsync(name, pack.Size, cancellationToken);
            }

            Packs.Add(name);
            _new.Add(pack);
            wanted.ExceptWith(pack.Blobs.Select(blob => blob.Id));
        }
        catch (EngineException damage) when (damage.Fault is EngineFault.Damaged)
        {
            // Its blobs may be whole one by one.
        }
    }

    private async Task ResealAsync(BlobIndex index, BlobReader reader, CancellationToken cancellationToken)
    {
        await using var writer = new BlobWriter(repository.Store, repository.Key, index, cancellationToken);
        foreach (var id in Resealed.ToArray())
        {
            await TryStoreAsync(id, reader, writer, cancellationToken);
        }

        await writer.CompleteAsync();
        PackEntry[] written = [.. _new, .. writer.Written];
        if (written.Length > 0)
        {
            await repository.WriteSealedAsync(ObjectKind.Index, new IndexFormat([], written).ToBytes(), cancellationToken);
        }
    }

    private async Task TryStoreAsync(BlobId id, BlobReader reader, BlobWriter writer, CancellationToken cancellationToken)
    {
        try
        {
            var (buffer, length) = await reader.RentAsync(id, cancellationToken);
            await writer.StoreAsync(buffer.AsSpan(0, length), CompressionEffort.Thorough);
            Buffers.Return(buffer);
        }
        catch (EngineException damage) when (damage.Fault is EngineFault.Damaged)
        {
            Resealed.Remove(id);
        }
    }
}
