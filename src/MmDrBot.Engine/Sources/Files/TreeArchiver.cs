using System.Threading.Channels;
using MmDrBot.Engine.Backup;
using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Sources.Files;

/// <summary>
/// Stores a directory: walks it, reads what changed with a few readers, and writes the list in walk order. What is there but cannot be
/// read is named and makes the restore point partial; what vanishes between walk and read is left out, as if the walk had come later.
/// </summary>
internal sealed class TreeArchiver(Repositories.StreamWriter streams, BackupProgress progress, Func<FileEntry, FileEntry, ValueTask<bool>> isStored)
{
    private const int Readers = 3;
    private const int Ahead = 128;

    private readonly List<string> _unreadable = [];

    /// <summary>Paths that could not be read, with the reason.</summary>
    internal IReadOnlyList<string> Unreadable => _unreadable;

    internal async Task<(StreamRef List, long Entries, long Bytes)> StoreAsync(string root, PreviousList? previous, Func<FileEntry, bool>? include, Action<FileEntry>? seen, CancellationToken cancellationToken)
    {
        var walker = new LocalWalker(root, Note);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pending = Channel.CreateBounded<Task<FileEntry?>>(Ahead);
        var walking = Task.Run(() => WalkAsync(walker, previous, include, pending.Writer, stop.Token), CancellationToken.None);
        try
        {
            await using var list = new FileListWriter(streams, stop.Token);
            await foreach (var reading in pending.Reader.ReadAllAsync(stop.Token))
            {
                if (await reading is { } entry)
                {
                    seen?.Invoke(entry);
                    await list.AddAsync(entry, stop.Token);
                }
            }

            await walking;
            return (await list.CompleteAsync(), list.Entries, list.Bytes);
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAny(walking);
        }
    }

    private async Task WalkAsync(LocalWalker walker, PreviousList? previous, Func<FileEntry, bool>? include, ChannelWriter<Task<FileEntry?>> pending, CancellationToken cancellationToken)
    {
        using var readers = new SemaphoreSlim(Readers);
        try
        {
            foreach (var entry in walker.Walk().Where(entry => include?.Invoke(entry) is not false))
            {
                var before = previous is null ? null : await previous.FindAsync(entry.Path);
                await pending.WriteAsync(await StartAsync(walker, entry, before, readers, cancellationToken), cancellationToken);
            }

            // The readers that still run release the semaphore: wait for them before it goes.
            for (var i = 0; i < Readers; i++)
            {
                await readers.WaitAsync(cancellationToken);
            }

            pending.Complete();
        }
        catch (Exception failure)
        {
            pending.Complete(failure);
        }
    }

    private async ValueTask<Task<FileEntry?>> StartAsync(LocalWalker walker, FileEntry entry, FileEntry? before, SemaphoreSlim readers, CancellationToken cancellationToken)
    {
        if (!entry.IsFile || entry.Size == 0)
        {
            return Task.FromResult<FileEntry?>(entry);
        }

        if (before is not null && entry.IsSameAs(before) && await isStored(entry, before))
        {
            progress.Add(entry.Size);
            return Task.FromResult<FileEntry?>(entry.With(before.Content));
        }

        await readers.WaitAsync(cancellationToken);
        return Task.Run(async () =>
        {
            try
            {
                return await ReadAsync(walker.FullPath(entry.Path), entry, cancellationToken);
            }
            finally
            {
                readers.Release();
            }
        }, CancellationToken.None);
    }

    private async Task<FileEntry?> ReadAsync(string path, FileEntry entry, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = new FileStream(path, new FileStreamOptions { Access = FileAccess.Read, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0, Options = FileOptions.SequentialScan });
            return entry.With(file.Length <= Repositories.StreamWriter.SmallFile
                ? await StoreSmallAsync(file, cancellationToken)
                : await streams.Fast.StoreAsync(file, progress.Add, cancellationToken));
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception failure) when (failure is UnauthorizedAccessException or IOException)
        {
            Note(entry.Path, failure.Message);
            return null;
        }
    }

    private async Task<StreamRef> StoreSmallAsync(FileStream file, CancellationToken cancellationToken)
    {
        // One byte more than expected: a file that grew past the limit meanwhile is still stored whole, as far as it was written by now.
        var buffer = Buffers.Rent((int)Math.Min(file.Length + 1, Repositories.StreamWriter.SmallFile));
        try
        {
            var count = await file.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
            progress.Add(count);
            return await streams.Fast.StoreSmallAsync(buffer.AsMemory(0, Math.Min(count, Repositories.StreamWriter.SmallFile)));
        }
        finally
        {
            Buffers.Return(buffer);
        }
    }

    private void Note(string path, string reason)
    {
        lock (_unreadable)
        {
            _unreadable.Add($"{(path.Length == 0 ? "." : path)}: {reason}");
        }
    }
}
