using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace MmDrBot.Engine.Repositories;

/// <summary>
/// Reads blobs. A pack is fetched whole the first time it is wanted and kept among the last few; when it is wanted again later,
/// only the blob's range is fetched. Safe for use by several threads.
/// </summary>
internal sealed class BlobReader(Repository repository, BlobIndex index, bool wholePacks = true) : IDisposable
{
    private const int KeptPacks = 4;

    private readonly ConcurrentDictionary<BlobId, byte[]> _keys = new();
    private readonly ConcurrentBag<BlobScratch> _scratch = [];
    private readonly Lock _lock = new();
    private readonly LinkedList<(BlobId Pack, Task<byte[]> Content)> _kept = [];
    private readonly HashSet<BlobId> _fetched = [];

    /// <summary>Gives the blob's content to <paramref name="use"/>, which must not keep the span. Any copy that is whole will do.</summary>
    internal async Task ReadAsync(BlobId id, ReadOnlySpanAction use, CancellationToken cancellationToken)
    {
        var place = index.Find(id) ?? throw new EngineException(EngineFault.Damaged, $"Blob {id} is in no pack that is there.", "`mmdr repository check` says what is missing; `mmdr repository rebuild-index` helps when an index is lost.");
        try
        {
            await ReadAsync(id, place, use, cancellationToken);
        }
        catch (EngineException damage) when (damage.Fault is EngineFault.Damaged && index.FindCopies(id) is { Length: > 0 } copies)
        {
            await ReadCopyAsync(id, copies, damage, use, cancellationToken);
        }
    }

    private async Task ReadCopyAsync(BlobId id, BlobPlace[] copies, EngineException damage, ReadOnlySpanAction use, CancellationToken cancellationToken)
    {
        foreach (var copy in copies)
        {
            try
            {
                await ReadAsync(id, copy, use, cancellationToken);
                return;
            }
            catch (EngineException alike) when (alike.Fault is EngineFault.Damaged)
            {
            }
        }

        throw damage;
    }

    private async Task ReadAsync(BlobId id, BlobPlace place, ReadOnlySpanAction use, CancellationToken cancellationToken)
    {
        var (stored, key) = await FetchAsync(place, cancellationToken);
        using var cipher = new AesGcm(key, PackFormat.TagLength);
        if (!_scratch.TryTake(out var scratch))
        {
            scratch = new BlobScratch();
        }

        try
        {
            use(Decode(scratch, cipher, id, place, stored.Span));
        }
        finally
        {
            _scratch.Add(scratch);
        }
    }

    internal async Task<byte[]> ReadAsync(BlobId id, CancellationToken cancellationToken)
    {
        byte[] content = [];
        await ReadAsync(id, span => content = span.ToArray(), cancellationToken);
        return content;
    }

    public void Dispose()
    {
        foreach (var scratch in _scratch)
        {
            scratch.Dispose();
        }
    }

    private static ReadOnlySpan<byte> Decode(BlobScratch scratch, AesGcm cipher, BlobId id, BlobPlace place, ReadOnlySpan<byte> stored)
    {
        Span<byte> nonce = stackalloc byte[12];
        PackFormat.Nonce(nonce, place.Number);
        return scratch.Decode(cipher, id, stored, nonce, place.Content, ObjectNames.Of(ObjectKind.Pack, place.Pack));
    }

    private async Task<(ReadOnlyMemory<byte> Stored, byte[] Key)> FetchAsync(BlobPlace place, CancellationToken cancellationToken)
    {
        try
        {
            return (await FetchStoredAsync(place, cancellationToken), await KeyAsync(place, cancellationToken));
        }
        catch (Exception failure) when (failure is FileNotFoundException or EndOfStreamException)
        {
            throw EngineException.Damaged(ObjectNames.Of(ObjectKind.Pack, place.Pack), failure is FileNotFoundException ? "it is missing" : "it is cut short", failure);
        }
    }

    private async Task<ReadOnlyMemory<byte>> FetchStoredAsync(BlobPlace place, CancellationToken cancellationToken)
    {
        if (WholePack(place, cancellationToken) is { } whole)
        {
            var pack = await whole;
            return pack.AsMemory(place.Offset, place.Stored);
        }

        var range = new byte[place.Stored];
        await repository.Store.ReadAsync(ObjectNames.Of(ObjectKind.Pack, place.Pack), place.Offset, range, cancellationToken);
        return range;
    }

    private Task<byte[]>? WholePack(BlobPlace place, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            for (var node = _kept.First; node is not null; node = node.Next)
            {
                if (node.Value.Pack == place.Pack)
                {
                    _kept.Remove(node);
                    _kept.AddFirst(node);
                    return node.Value.Content;
                }
            }

            if (!wholePacks || !_fetched.Add(place.Pack))
            {
                return null;
            }

            if (_kept.Count >= KeptPacks)
            {
                _kept.RemoveLast();
            }

            var content = ReadPackAsync(place, cancellationToken);
            _kept.AddFirst((place.Pack, content));
            return content;
        }
    }

    private async Task<byte[]> ReadPackAsync(BlobPlace place, CancellationToken cancellationToken)
    {
        await Task.Yield();
        var pack = GC.AllocateUninitializedArray<byte>(place.PackSize);
        await repository.Store.ReadAsync(ObjectNames.Of(ObjectKind.Pack, place.Pack), 0, pack, cancellationToken);
        return pack;
    }

    private async ValueTask<byte[]> KeyAsync(BlobPlace place, CancellationToken cancellationToken)
    {
        if (_keys.TryGetValue(place.Pack, out var known))
        {
            return known;
        }

        var name = ObjectNames.Of(ObjectKind.Pack, place.Pack);
        var header = new byte[ObjectHeader.Length];
        await repository.Store.ReadAsync(name, 0, header, cancellationToken);
        return _keys.GetOrAdd(place.Pack, repository.Key.KeyFor(ObjectKind.Pack, ObjectHeader.Read(header, ObjectKind.Pack, name, proven: false)));
    }

    /// <summary>Takes a blob's content for the time of the call.</summary>
    internal delegate void ReadOnlySpanAction(ReadOnlySpan<byte> content);
}
