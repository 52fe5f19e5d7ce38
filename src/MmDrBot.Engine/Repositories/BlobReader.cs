using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using MmDrBot.Engine.Platform;

namespace MmDrBot.Engine.Repositories;

/// <summary>
/// Reads blobs: their own ranges, or where a request costs much more than its bytes and most of the pack will be wanted, whole packs.
/// Safe for use by several threads.
/// </summary>
internal sealed class BlobReader(Repository repository, BlobIndex index, PackCache? packs = null) : IDisposable
{
    private readonly ConcurrentDictionary<BlobId, byte[]> _keys = new();
    private readonly ConcurrentBag<BlobScratch> _scratch = [];

    /// <summary>Gives the blob's content to <paramref name="use"/>, which must not keep the span. Any copy that is whole will do.</summary>
    internal async Task ReadAsync(BlobId id, ReadOnlySpanAction use, CancellationToken cancellationToken)
    {
        YoungGarbage.Tick();
        var place = index.Find(id) ?? throw new EngineException(EngineFault.Damaged, $"Blob {id} is in no pack that is there.", "`mmdr repository check` says what is missing; `mmdr repository rebuild-index` helps when an index is lost.");
        try
        {
            await ReadAsync(id, place, use, cancellationToken);
        }
        catch (Exception damage) when (IsOfTheCopy(damage) && index.FindCopies(id) is { Length: > 0 } copies)
        {
            await ReadCopyAsync(id, copies, damage, use, cancellationToken);
        }
    }

    private async Task ReadCopyAsync(BlobId id, BlobPlace[] copies, Exception damage, ReadOnlySpanAction use, CancellationToken cancellationToken)
    {
        foreach (var copy in copies)
        {
            try
            {
                await ReadAsync(id, copy, use, cancellationToken);
                return;
            }
            catch (Exception alike) when (IsOfTheCopy(alike))
            {
            }
        }

        ExceptionDispatchInfo.Throw(damage);
    }

    private static bool IsOfTheCopy(Exception failure) => failure is EngineException { Fault: EngineFault.Damaged } or IOException;

    private async Task ReadAsync(BlobId id, BlobPlace place, ReadOnlySpanAction use, CancellationToken cancellationToken)
    {
        try
        {
            var key = await KeyAsync(place, cancellationToken);
            if (packs is null || !await packs.TryUseAsync(place, pack => Decode(id, place, key, pack.Span.Slice(place.Offset, place.Stored), use), cancellationToken))
            {
                await ReadRangeAsync(id, place, key, use, cancellationToken);
            }
        }
        catch (Exception failure) when (failure is FileNotFoundException or EndOfStreamException)
        {
            throw EngineException.Damaged(ObjectNames.Of(ObjectKind.Pack, place.Pack), failure is FileNotFoundException ? "it is missing" : "it is cut short", failure);
        }
        catch (IOException failure)
        {
            throw new IOException($"{ObjectNames.Of(ObjectKind.Pack, place.Pack)} can't be read: {failure.Message}", failure);
        }
    }

    private async Task ReadRangeAsync(BlobId id, BlobPlace place, byte[] key, ReadOnlySpanAction use, CancellationToken cancellationToken)
    {
        var buffer = Buffers.Rent(place.Stored);
        try
        {
            var range = buffer.AsMemory(0, place.Stored);
            await repository.Store.ReadAsync(ObjectNames.Of(ObjectKind.Pack, place.Pack), place.Offset, range, cancellationToken);
            Decode(id, place, key, range.Span, use);
        }
        finally
        {
            Buffers.Return(buffer);
        }
    }

    /// <summary>Whether any copy of it is whole.</summary>
    internal async Task<bool> CanReadAsync(BlobId id, CancellationToken cancellationToken)
    {
        try
        {
            await ReadAsync(id, static _ => { }, cancellationToken);
            return true;
        }
        catch (Exception lost) when (lost is EngineException { Fault: EngineFault.Damaged } or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    internal async Task<byte[]> ReadAsync(BlobId id, CancellationToken cancellationToken)
    {
        byte[] content = [];
        await ReadAsync(id, span => content = span.ToArray(), cancellationToken);
        return content;
    }

    /// <summary>The blob's content in a buffer of <see cref="Buffers"/>, which the caller gives back.</summary>
    internal async Task<(byte[] Buffer, int Length)> RentAsync(BlobId id, CancellationToken cancellationToken)
    {
        (byte[] Buffer, int Length) rented = ([], 0);
        await ReadAsync(id, span =>
        {
            rented = (Buffers.Rent(span.Length), span.Length);
            span.CopyTo(rented.Buffer);
        }, cancellationToken);
        return rented;
    }

    public void Dispose()
    {
        foreach (var scratch in _scratch)
        {
            scratch.Dispose();
        }
    }

    private void Decode(BlobId id, BlobPlace place, byte[] key, ReadOnlySpan<byte> stored, ReadOnlySpanAction use)
    {
        if (!_scratch.TryTake(out var scratch))
        {
            scratch = new BlobScratch();
        }

        try
        {
            using var cipher = new AesGcm(key, PackFormat.TagLength);
            Span<byte> nonce = stackalloc byte[12];
            PackFormat.Nonce(nonce, place.Number);
            use(scratch.Decode(cipher, id, stored, nonce, place.Content, ObjectNames.Of(ObjectKind.Pack, place.Pack)));
        }
        finally
        {
            _scratch.Add(scratch);
        }
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
