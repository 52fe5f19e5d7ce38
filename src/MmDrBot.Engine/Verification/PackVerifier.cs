using System.Collections.Concurrent;
using MmDrBot.Engine.Backup;
using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Verification;

/// <summary>
/// Reads packs from end to end with a worker for each core. A pack that was never known to be damaged is a finding; of one that was, only
/// what is needed and can be read nowhere. What it finds damaged it records, so that the next backup stores the content anew.
/// </summary>
internal sealed class PackVerifier(Repository repository, LoadedIndex loaded, IReadOnlySet<BlobId> needed, Findings findings, BackupProgress progress, TimeProvider time)
{
    private readonly ConcurrentDictionary<BlobId, PackEntry> _damaged = new();
    private readonly ConcurrentQueue<PackEntry> _unreadable = new();
    private readonly ReadFailures _failures = new();

    /// <summary>The packs that were found damaged, those among them that were known to be.</summary>
    internal IReadOnlyCollection<PackEntry> Damaged => [.. _damaged.Values];

    internal async Task VerifyAsync(IReadOnlyCollection<PackEntry> packs, Func<BlobId, bool>? wanted, CancellationToken cancellationToken)
    {
        progress.Expect(packs.Sum(pack => (long)pack.Size));
        var waiting = new ConcurrentQueue<PackEntry>(packs.OrderBy(pack => pack.Id));
        var workers = Math.Max(Environment.ProcessorCount, repository.Store.Parallelism);
        await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => Task.Run(() => WorkAsync(waiting, wanted, cancellationToken), cancellationToken)));
        await ReadAgainAsync(packs.Count, wanted, cancellationToken);
        if (!_damaged.IsEmpty)
        {
            await JudgeAsync(cancellationToken);
        }
    }

    private async Task WorkAsync(ConcurrentQueue<PackEntry> waiting, Func<BlobId, bool>? wanted, CancellationToken cancellationToken)
    {
        using var scratch = new BlobScratch();
        var reader = new PackReader(repository);
        while (waiting.TryDequeue(out var expected))
        {
            try
            {
                await VerifyOneAsync(reader, expected, wanted, scratch, cancellationToken);
            }
            catch (Exception failure) when (_failures.GoesOn(failure))
            {
                _unreadable.Enqueue(expected);
            }

            progress.Add(expected.Size);
        }
    }

    /// <summary>
    /// Whatever could not be read gets another chance once all else was read. What fails then too is a finding, and distrusted like a damaged
    /// pack: but not where most packs fail, which is more likely the store's fault than theirs.
    /// </summary>
    private async Task ReadAgainAsync(int packs, Func<BlobId, bool>? wanted, CancellationToken cancellationToken)
    {
        using var scratch = new BlobScratch();
        var (reader, failed) = (new PackReader(repository), new List<PackEntry>());
        foreach (var pack in _unreadable)
        {
            try
            {
                await VerifyOneAsync(reader, pack, wanted, scratch, cancellationToken);
            }
            catch (Exception failure) when (_failures.GoesOn(failure))
            {
                findings.Damaged(ReadFailures.Describe(ObjectNames.Of(ObjectKind.Pack, pack.Id), failure));
                failed.Add(pack);
            }
        }

        if (failed.Count * 2 <= packs || failed.Count == 1)
        {
            failed.ForEach(pack => _damaged[pack.Id] = pack);
        }
        else
        {
            findings.Note("Most packs could not be read: look at the store first. None of them was recorded as damaged.");
        }
    }

    private async Task VerifyOneAsync(PackReader reader, PackEntry expected, Func<BlobId, bool>? wanted, BlobScratch scratch, CancellationToken cancellationToken)
    {
        var buffer = Buffers.Rent(expected.Size);
        try
        {
            var found = await reader.VerifyAsync(expected.Id, expected.Size, wanted, scratch, buffer, cancellationToken);
            if (!found.Blobs.AsSpan().SequenceEqual(expected.Blobs))
            {
                findings.Damaged($"{ObjectNames.Of(ObjectKind.Pack, expected.Id)} holds other blobs than the index says.");
            }
        }
        catch (EngineException damage) when (damage.Fault is EngineFault.Damaged)
        {
            _damaged[expected.Id] = expected;
            if (!loaded.Distrusted.Contains(expected.Id))
            {
                findings.Damaged(damage);
            }
        }
        finally
        {
            Buffers.Return(buffer);
        }

        _failures.Succeeded();
        findings.CountPack(expected.Size);
    }

    private async Task JudgeAsync(CancellationToken cancellationToken)
    {
        using var blobs = new BlobReader(repository, loaded.ToBlobIndex());
        foreach (var pack in _damaged.Values.Where(pack => loaded.Distrusted.Contains(pack.Id)))
        {
            var lost = 0;
            foreach (var blob in pack.Blobs.Where(blob => needed.Contains(blob.Id)))
            {
                lost += await blobs.CanReadAsync(blob.Id, cancellationToken) ? 0 : 1;
            }

            Report(ObjectNames.Of(ObjectKind.Pack, pack.Id), lost);
        }

        var unknown = _damaged.Keys.Where(id => !loaded.Distrusted.Contains(id)).ToArray();
        if (unknown.Length > 0)
        {
            findings.Note(await Distrust.TryAddAsync(repository, unknown, time, cancellationToken)
                ? $"{unknown.Length} damaged packs are recorded as such: the next backup stores anew what it still finds of their content."
                : "The damaged packs could not be recorded here: until a check that may write finds them, backups rely on them.");
        }
    }

    private void Report(string name, int lost)
    {
        if (lost > 0)
        {
            findings.Damaged($"{name} is damaged, and {lost} of its blobs, which restore points need, are whole nowhere else.");
        }
        else
        {
            findings.Note($"{name} is damaged, but all that is needed of it can be read, there or elsewhere; prune clears it away.");
        }
    }
}
