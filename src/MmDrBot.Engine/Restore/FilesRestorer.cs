using System.Globalization;
using System.Text;
using System.Threading.Channels;
using MmDrBot.Engine.Backup;
using MmDrBot.Engine.Platform;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Sources.Files;

namespace MmDrBot.Engine.Restore;

/// <summary>
/// Writes a list of files into a directory: files by several writers, then links (a file must not be written through one), last the
/// directories' own modes and times, when nothing changes them any more. A file gets its time last, so a file of the right size and time was written whole and is not written again.
/// The list of a bucket has keys, which need not be paths: what cannot be a file here is left out with a note.
/// </summary>
internal sealed class FilesRestorer(BlobReader blobs, string root, RestoreRequest request, BackupProgress progress, bool fromBucket, Action<string> note)
{
    private const int Writers = 4;
    private readonly Repositories.StreamReader _streams = new(blobs);
    private readonly bool _setOwner = Posix.geteuid() == 0 || request.Owner is not null;
    private FileEntry? _top;
    private long _links;
    private long _files;
    private long _bytes;

    internal async Task<(long Files, long Bytes)> RestoreAsync(StreamRef list, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var queue = Channel.CreateBounded<FileEntry>(256);
        var writers = Enumerable.Range(0, Writers).Select(_ => Task.Run(() => WriteFilesAsync(queue.Reader, stop), CancellationToken.None)).ToArray();
        try
        {
            await foreach (var entry in SelectAsync(list, stop.Token))
            {
                if (entry.IsDirectory)
                {
                    MakeDirectory(entry);
                }
                else if (entry.IsFile)
                {
                    await queue.Writer.WriteAsync(entry, stop.Token);
                }
                else
                {
                    _links++;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // A writer failed; its exception follows.
        }
        finally
        {
            queue.Writer.Complete();
        }

        await Task.WhenAll(writers);
        await MakeLinksAsync(list, cancellationToken);
        await foreach (var entry in SelectAsync(list, cancellationToken))
        {
            if (entry.IsDirectory)
            {
                SetMetadata(SafePath.Combine(root, entry.Path), entry);
                _top = entry.Path.Length == 0 ? entry : _top;
            }
        }

        return (_files, _bytes);
    }

    /// <summary>Sets the directory's own mode and times again, after the marker went.</summary>
    internal void FinishTop()
    {
        if (_top is not null)
        {
            SetMetadata(root, _top);
        }
    }

    private async IAsyncEnumerable<FileEntry> SelectAsync(StreamRef list, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var above = new Stack<string>();
        await foreach (var listed in FileListReader.ReadAsync(_streams, blobs, list, cancellationToken))
        {
            var entry = fromBucket ? SafePath.FileOf(listed) : listed;
            if (entry is null)
            {
                note($"files: the key {listed.Path} can't be the name of a file, and was left out.");
            }
            else if (fromBucket && IsBelowFile(above, entry))
            {
                note($"files: the key {listed.Path} was left out: another key makes a file of its directory.");
            }
            else if (PathFilter.Includes(request.Paths, entry))
            {
                yield return entry;
            }
        }
    }

    private async Task MakeLinksAsync(StreamRef list, CancellationToken cancellationToken)
    {
        if (_links == 0)
        {
            return;
        }

        await foreach (var entry in SelectAsync(list, cancellationToken))
        {
            if (entry.IsLink)
            {
                await WriteAsync(SafePath.Combine(root, entry.Path), entry, cancellationToken);
            }
        }
    }

    private void MakeDirectory(FileEntry entry)
    {
        var path = SafePath.Combine(root, entry.Path);
        // Left by an earlier restore of other content: a link here would lead writers out of the directory.
        if (Posix.Stat(path) is { IsDirectory: false } there)
        {
            RemoveInTheWay(path, there);
        }

        Directory.CreateDirectory(path);
    }

    private async Task WriteFilesAsync(ChannelReader<FileEntry> queue, CancellationTokenSource stop)
    {
        try
        {
            await foreach (var entry in queue.ReadAllAsync(stop.Token))
            {
                var path = SafePath.Combine(root, entry.Path);
                await WriteAsync(path, entry, stop.Token);
            }
        }
        catch
        {
            await stop.CancelAsync();
            throw;
        }
    }

    private async Task WriteAsync(string path, FileEntry entry, CancellationToken cancellationToken)
    {
        var there = Posix.Stat(path);
        if (!IsWritten(there, entry))
        {
            RemoveInTheWay(path, there);
            if (entry.IsLink)
            {
                Posix.MakeLink(entry.RawTarget ?? Encoding.UTF8.GetBytes(entry.Target ?? ""), path);
            }
            else
            {
                await WriteContentAsync(path, entry, cancellationToken);
            }

            SetMetadata(path, entry);
        }

        Interlocked.Increment(ref _files);
        Interlocked.Add(ref _bytes, entry.Size);
        progress.Add(entry.Size);
    }

    private static bool IsWritten(FileStatus? there, FileEntry entry) =>
        entry.IsFile && there is { IsRegular: true } status && status.Size == entry.Size && entry.Modified == status.Modified.ToString(CultureInfo.InvariantCulture);

    /// <summary>
    /// Of the keys `a` and `a/b` only one can be a file: the first is. Keys come in the order of their bytes, so those that begin alike come
    /// together, and the few files that the present key begins with are all that has to be remembered.
    /// </summary>
    private static bool IsBelowFile(Stack<string> above, FileEntry entry)
    {
        while (above.TryPeek(out var last) && !entry.Path.StartsWith(last, StringComparison.Ordinal))
        {
            above.Pop();
        }

        if (above.Any(file => entry.Path == file || entry.Path.StartsWith(file + "/", StringComparison.Ordinal)))
        {
            return true;
        }

        if (entry.IsFile)
        {
            above.Push(entry.Path);
        }

        return false;
    }

    private void RemoveInTheWay(string path, FileStatus? there)
    {
        if (there is null)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            return;
        }

        if (request.Paths.Count > 0 && !request.Overwrite)
        {
            throw new EngineException(EngineFault.Conflict, $"{path} exists and differs from the restore point's.", "Restore to another directory, or say --overwrite.");
        }

        if (there.Value.IsDirectory)
        {
            Directory.Delete(path, recursive: true);
        }
        else
        {
            File.Delete(path);
        }
    }

    private async Task WriteContentAsync(string path, FileEntry entry, CancellationToken cancellationToken)
    {
        using var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        var written = 0L;
        await foreach (var id in _streams.ContentBlobsAsync(entry.Content, cancellationToken))
        {
            await blobs.ReadAsync(id, content =>
            {
                RandomAccess.Write(file, content, written);
                written += content.Length;
            }, cancellationToken);
        }

        Repositories.StreamReader.CheckLength(entry.Content, written);
    }

    private void SetMetadata(string path, FileEntry entry)
    {
        if (_setOwner && (request.Owner ?? Recorded(entry)) is { } owner)
        {
            Posix.SetOwner(path, owner.User, owner.Group);
        }

        if (!entry.IsLink && entry.Mode is { } mode)
        {
            Posix.SetMode(path, Convert.ToUInt32(mode, 8));
        }

        if (long.TryParse(entry.Modified, CultureInfo.InvariantCulture, out var modified))
        {
            Posix.SetModified(path, modified);
        }
    }

    private static (uint User, uint Group)? Recorded(FileEntry entry) => entry is { User: { } user, Group: { } group } ? (user, group) : null;
}
