using System.Collections.Concurrent;
using MmDrBot.Engine.Backup;
using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Verification;

/// <summary>Reads packs from end to end with a worker for each core.</summary>
internal sealed class PackVerifier(Repository repository, Findings findings, BackupProgress progress)
{
    internal async Task VerifyAsync(IReadOnlyCollection<PackEntry> packs, Func<BlobId, bool>? wanted, CancellationToken cancellationToken)
    {
        progress.Expect(packs.Sum(pack => (long)pack.Size));
        var waiting = new ConcurrentQueue<PackEntry>(packs.OrderBy(pack => pack.Id));
        var workers = Math.Max(Environment.ProcessorCount, repository.Store.Parallelism);
        await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => Task.Run(() => WorkAsync(waiting, wanted, cancellationToken), cancellationToken)));
    }

    private async Task WorkAsync(ConcurrentQueue<PackEntry> waiting, Func<BlobId, bool>? wanted, CancellationToken cancellationToken)
    {
        using var scratch = new BlobScratch();
        var reader = new PackReader(repository);
        while (waiting.TryDequeue(out var expected))
        {
            var buffer = Buffers.Rent(expected.Size);
            await VerifyOneAsync(reader, expected, wanted, scratch, buffer, cancellationToken);
            findings.CountPack(expected.Size);
            progress.Add(expected.Size);
            Buffers.Return(buffer);
        }
    }

    private async Task VerifyOneAsync(PackReader reader, PackEntry expected, Func<BlobId, bool>? wanted, BlobScratch scratch, byte[] buffer, CancellationToken cancellationToken)
    {
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
            findings.Damaged(damage);
        }
    }
}
