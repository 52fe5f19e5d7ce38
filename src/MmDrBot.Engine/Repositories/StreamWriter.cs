using System.Runtime.InteropServices;

namespace MmDrBot.Engine.Repositories;

/// <summary>Stores content of any length as blobs: what is small as one, the rest in content-defined chunks under lists of their ids.</summary>
internal sealed class StreamWriter(BlobWriter blobs, Chunker chunker, CompressionEffort effort = CompressionEffort.Thorough)
{
    internal const int SmallFile = Chunker.Maximum;
    private const int Window = 2 * Chunker.Maximum;

    /// <summary>The same blobs, for content that is not worth much effort.</summary>
    internal StreamWriter Fast => new(blobs, chunker, CompressionEffort.Fast);

    /// <summary>Stores what is left of <paramref name="content"/>.</summary>
    /// <param name="content">Read to its end, in one pass.</param>
    /// <param name="progress">Told of bytes as they are taken in.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    internal async Task<StreamRef> StoreAsync(Stream content, Action<long>? progress, CancellationToken cancellationToken)
    {
        var buffer = Buffers.Rent(Window);
        try
        {
            return await StoreChunksAsync(content, buffer, progress, cancellationToken);
        }
        finally
        {
            Buffers.Return(buffer);
        }
    }

    /// <summary>Stores content that is in memory and at most <see cref="SmallFile"/> bytes, as one blob.</summary>
    internal async Task<StreamRef> StoreSmallAsync(ReadOnlyMemory<byte> content) =>
        content.IsEmpty ? StreamRef.Empty : new StreamRef(content.Length, 0, await blobs.StoreAsync(content.Span, effort));

    private async Task<StreamRef> StoreChunksAsync(Stream content, byte[] buffer, Action<long>? progress, CancellationToken cancellationToken)
    {
        var ids = new List<BlobId>();
        var (size, start, end, done) = (0L, 0, 0, false);
        while (!done || start < end)
        {
            if (!done && end - start < Chunker.Maximum)
            {
                buffer.AsSpan(start..end).CopyTo(buffer);
                (start, end) = (0, end - start);
                var count = await content.ReadAtLeastAsync(buffer.AsMemory(end, Window - end), Chunker.Maximum - end, throwOnEndOfStream: false, cancellationToken);
                done = end + count < Chunker.Maximum;
                end += count;
                size += count;
                progress?.Invoke(count);
                continue;
            }

            var length = chunker.FirstChunk(buffer.AsSpan(start..end));
            ids.Add(await blobs.StoreAsync(buffer.AsSpan(start, length), effort));
            start += length;
        }

        return await ListAsync(size, ids, cancellationToken);
    }

    private async Task<StreamRef> ListAsync(long size, List<BlobId> ids, CancellationToken cancellationToken)
    {
        if (ids.Count <= 1)
        {
            return ids.Count == 0 ? StreamRef.Empty : new StreamRef(size, 0, ids[0]);
        }

        var bytes = MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(ids)).ToArray();
        var list = await StoreAsync(new MemoryStream(bytes), null, cancellationToken);
        return new StreamRef(size, list.Depth + 1, list.Root);
    }
}
