using System.Text;
using Amazon.S3.Model;
using MmDrBot.Engine.Backup;
using MmDrBot.Engine.ObjectStores.S3;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Sources.Files;

namespace MmDrBot.Engine.Restore;

/// <summary>
/// Writes a list of files into a bucket, several at a time, each a part at a time: memory does not grow with the files. Directories need no
/// object there, links cannot have one. Where objects may be there already, one that has the content is left.
/// </summary>
internal sealed class BucketRestorer(BlobReader blobs, BucketWriter bucket, RestoreRequest request, bool mayExist, BackupProgress progress, Action<string> note)
{
    /// <summary>What is not larger is one request.</summary>
    internal const int PartSize = 8 << 20;

    private const int Writers = 6;
    private const int MaximumParts = 10_000;
    private const int LongestKey = 1_024;
    private readonly Repositories.StreamReader _streams = new(blobs);
    private readonly ObjectTally _written = new();

    internal async Task<ObjectTally> RestoreAsync(StreamRef list, CancellationToken cancellationToken)
    {
        await Parallel.ForEachAsync(SelectAsync(list, cancellationToken), new ParallelOptions { MaxDegreeOfParallelism = Writers, CancellationToken = cancellationToken }, async (entry, cancel) => await WriteAsync(entry, cancel));
        return _written;
    }

    private async IAsyncEnumerable<FileEntry> SelectAsync(StreamRef list, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var entry in FileListReader.ReadAsync(_streams, blobs, list, cancellationToken))
        {
            if (entry.IsDirectory || !PathFilter.Includes(request.Paths, entry))
            {
                continue;
            }

            if (entry.IsLink || Encoding.UTF8.GetByteCount(entry.Path) > LongestKey - bucket.PrefixLength)
            {
                note($"files: {entry.Path} was left out: {(entry.IsLink ? "a bucket has no links" : "its name is too long for a key")}.");
            }
            else
            {
                yield return entry;
            }
        }
    }

    private async Task WriteAsync(FileEntry entry, CancellationToken cancellationToken)
    {
        var there = mayExist ? await bucket.FindAsync(entry.Path, cancellationToken) : null;
        var etag = entry.Size <= PartSize ? await WriteSmallAsync(entry, there, cancellationToken) : await WriteLargeAsync(entry, there, cancellationToken);
        if (request.Paths.Count > 0 && await bucket.FindAsync(entry.Path, cancellationToken) != (entry.Size, etag))
        {
            throw new EngineException(EngineFault.Unavailable, $"{entry.Path} is not in the bucket as it was written.", "Keep others off it, and run the restore again.");
        }

        _written.Add(entry.Path, entry.Size, etag);
        progress.Add(entry.Size);
    }

    private async Task<string> WriteSmallAsync(FileEntry entry, (long Size, string ETag)? there, CancellationToken cancellationToken)
    {
        var buffer = Buffers.Rent((int)entry.Size);
        try
        {
            var content = buffer.AsMemory(0, (int)entry.Size);
            await foreach (var _ in PartsAsync(entry, content, cancellationToken))
            {
                // One part at most; it is used when the length was checked.
            }

            if (there is { } found && found == (entry.Size, Convert.ToHexStringLower(BucketWriter.Hash(content.Span))))
            {
                return found.ETag;
            }

            RefuseToReplace(entry, there);
            return await bucket.PutAsync(entry.Path, ContentTypes.Of(entry.Path), content, cancellationToken);
        }
        finally
        {
            Buffers.Return(buffer);
        }
    }

    private async Task<string> WriteLargeAsync(FileEntry entry, (long Size, string ETag)? there, CancellationToken cancellationToken)
    {
        var size = Math.Max(PartSize, (int)((entry.Size + MaximumParts - 1) / MaximumParts));
        var buffer = Buffers.Rent(size);
        try
        {
            var part = buffer.AsMemory(0, size);
            if (there is { } found && found.Size == entry.Size && found.ETag == await ETagAsync(entry, part, cancellationToken))
            {
                return found.ETag;
            }

            RefuseToReplace(entry, there);
            return await UploadAsync(entry, part, cancellationToken);
        }
        finally
        {
            Buffers.Return(buffer);
        }
    }

    private async Task<string> UploadAsync(FileEntry entry, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var upload = await bucket.BeginAsync(entry.Path, ContentTypes.Of(entry.Path), cancellationToken);
        try
        {
            var parts = new List<PartETag>();
            await foreach (var part in PartsAsync(entry, buffer, cancellationToken))
            {
                parts.Add(await bucket.PutPartAsync(entry.Path, upload, parts.Count + 1, part, cancellationToken));
            }

            return await bucket.CompleteAsync(entry.Path, upload, parts, entry.Size, cancellationToken);
        }
        catch
        {
            await bucket.AbortAsync(entry.Path, upload);
            throw;
        }
    }

    /// <summary>The ETag that most servers give to what was uploaded in such parts: the MD5 of the parts' MD5s, and their number.</summary>
    private async Task<string> ETagAsync(FileEntry entry, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var (hashes, parts) = (new MemoryStream(), 0);
        await foreach (var part in PartsAsync(entry, buffer, cancellationToken))
        {
            hashes.Write(BucketWriter.Hash(part.Span));
            parts++;
        }

        return $"{Convert.ToHexStringLower(BucketWriter.Hash(hashes.ToArray()))}-{parts}";
    }

    private void RefuseToReplace(FileEntry entry, (long Size, string ETag)? there)
    {
        if (there is not null && request.Paths.Count > 0 && !request.Overwrite)
        {
            throw new EngineException(EngineFault.Conflict, $"{entry.Path} exists in the bucket and differs from the restore point's.", "Restore to another place, or say --overwrite.");
        }
    }

    /// <summary>The content in pieces that fill the buffer, the last one aside; each is good until the next is asked for.</summary>
    private async IAsyncEnumerable<ReadOnlyMemory<byte>> PartsAsync(FileEntry entry, Memory<byte> buffer, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (filled, total) = (0, 0L);
        await foreach (var id in _streams.ContentBlobsAsync(entry.Content, cancellationToken))
        {
            var (blob, length) = await blobs.RentAsync(id, cancellationToken);
            for (var taken = 0; taken < length;)
            {
                if (filled == buffer.Length)
                {
                    yield return buffer;
                    filled = 0;
                }

                var count = Math.Min(length - taken, buffer.Length - filled);
                if (count == 0)
                {
                    break;
                }

                blob.AsSpan(taken, count).CopyTo(buffer.Span[filled..]);
                (taken, filled, total) = (taken + count, filled + count, total + count);
            }

            Buffers.Return(blob);
        }

        Repositories.StreamReader.CheckLength(entry.Content, total);
        if (filled > 0)
        {
            yield return buffer[..filled];
        }
    }
}
