using System.Runtime.InteropServices;

namespace MmDrBot.Engine.Repositories;

/// <summary>Reads streams back.</summary>
internal sealed class StreamReader(BlobReader blobs)
{
    // Three levels already hold more than any disk.
    private const int MaximumDepth = 8;

    /// <summary>The ids of the content blobs of a stream, in order.</summary>
    internal async IAsyncEnumerable<BlobId> ContentBlobsAsync(StreamRef stream, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (stream.Root is not { } root)
        {
            yield break;
        }

        CheckDepth(stream);
        await foreach (var id in BelowAsync(root, stream.Depth, cancellationToken))
        {
            yield return id;
        }
    }

    /// <summary>Writes a stream's content and checks its length.</summary>
    internal async Task CopyToAsync(StreamRef stream, Stream destination, Action<long>? progress, CancellationToken cancellationToken)
    {
        var written = 0L;
        await foreach (var id in ContentBlobsAsync(stream, cancellationToken))
        {
            var (buffer, length) = await blobs.RentAsync(id, cancellationToken);
            await destination.WriteAsync(buffer.AsMemory(0, length), cancellationToken);
            Buffers.Return(buffer);
            written += length;
            progress?.Invoke(length);
        }

        CheckLength(stream, written);
    }

    /// <summary>A stream's content in memory; for small ones.</summary>
    internal async Task<byte[]> ReadAllAsync(StreamRef stream, CancellationToken cancellationToken)
    {
        var content = new MemoryStream();
        await CopyToAsync(stream, content, null, cancellationToken);
        return content.ToArray();
    }

    internal static void CheckLength(StreamRef stream, long read)
    {
        if (read != stream.Size)
        {
            throw new EngineException(EngineFault.Damaged, $"A stream has {read} bytes where {stream.Size} are recorded (root {stream.Root}).");
        }
    }

    /// <summary>Every blob that a stream needs, lists of ids included.</summary>
    internal async IAsyncEnumerable<BlobId> AllBlobsAsync(StreamRef stream, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (stream.Root is not { } root)
        {
            yield break;
        }

        CheckDepth(stream);
        yield return root;
        for (var depth = stream.Depth; depth > 0; depth--)
        {
            await foreach (var id in BelowAsync(root, stream.Depth - depth + 1, cancellationToken))
            {
                yield return id;
            }
        }
    }

    private static void CheckDepth(StreamRef stream)
    {
        if (stream.Depth is < 0 or > MaximumDepth)
        {
            throw new EngineException(EngineFault.Damaged, $"A stream has an impossible depth, {stream.Depth} (root {stream.Root}).");
        }
    }

    private async IAsyncEnumerable<BlobId> BelowAsync(BlobId root, int depth, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (depth == 0)
        {
            yield return root;
            yield break;
        }

        // A list of ids is itself a stream, one level lower; its blobs are joined before they are cut into ids.
        var rest = new List<byte>();
        await foreach (var id in BelowAsync(root, depth - 1, cancellationToken))
        {
            rest.AddRange(await blobs.ReadAsync(id, cancellationToken));
            var whole = rest.Count / BlobId.Length;
            var ids = MemoryMarshal.Cast<byte, BlobId>(CollectionsMarshal.AsSpan(rest)[..(whole * BlobId.Length)]).ToArray();
            rest.RemoveRange(0, whole * BlobId.Length);
            foreach (var child in ids)
            {
                yield return child;
            }
        }

        if (rest.Count > 0)
        {
            throw new EngineException(EngineFault.Damaged, $"A list of blobs below {root} is cut within an id.");
        }
    }
}
