using System.Globalization;
using MmDrBot.Engine.Backup;
using MmDrBot.Engine.ObjectStores;
using MmDrBot.Engine.ObjectStores.S3;
using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Sources.Files;

/// <summary>
/// Stores (or only lists) Mattermost's files where they live on S3. The list is in the order of the keys' bytes. An object is read in one
/// version: one that is replaced meanwhile is read again; what goes is left out and named; what may not be read is named and makes the restore point partial.
/// </summary>
internal sealed class S3Archiver(S3ObjectStore store, Repositories.StreamWriter streams, BackupProgress progress, Func<FileEntry, FileEntry, ValueTask<bool>> isStored)
{
    private const int Readers = 4;
    private const int Attempts = 4;

    private readonly List<string> _unreadable = [];
    private readonly List<string> _vanished = [];
    private EngineException? _denied;
    private bool _anyRead;

    /// <summary>Keys that could not be read, with the reason.</summary>
    internal IReadOnlyList<string> Unreadable => _unreadable;

    /// <summary>Keys that were listed, and deleted before they were read.</summary>
    internal IReadOnlyList<string> Vanished => _vanished;

    internal async Task<(StreamRef List, long Entries, long Bytes)> StoreAsync(bool copy, PreviousList? previous, Action<FileEntry> seen, CancellationToken cancellationToken)
    {
        await using var list = new FileListWriter(streams, cancellationToken);
        var running = new Queue<Task<FileEntry?>>();
        try
        {
            await foreach (var item in store.ListAsync("", cancellationToken))
            {
                var entry = Describe(item);
                var before = previous is null ? null : await previous.FindAsync(entry.Path);
                running.Enqueue(copy ? CopyAsync(entry, before, cancellationToken) : Task.FromResult<FileEntry?>(entry));
                if (running.Count >= Readers)
                {
                    await AddAsync(list, await running.Dequeue(), seen, cancellationToken);
                }
            }

            while (running.TryDequeue(out var entry))
            {
                await AddAsync(list, await entry, seen, cancellationToken);
            }
        }
        finally
        {
            // After a failure the others still use the store, which is about to go.
            await Task.WhenAll(running).ContinueWith(static _ => { }, TaskScheduler.Default);
        }

        return _denied is not null && !_anyRead ? throw _denied : (await list.CompleteAsync(), list.Entries, list.Bytes);
    }

    private static async ValueTask AddAsync(FileListWriter list, FileEntry? entry, Action<FileEntry> seen, CancellationToken cancellationToken)
    {
        if (entry is not null)
        {
            seen(entry);
            await list.AddAsync(entry, cancellationToken);
        }
    }

    private static FileEntry Describe(StoredObject item) => new()
    {
        Path = item.Name,
        Type = "f",
        Size = item.Size,
        Modified = (item.Modified.ToUnixTimeMilliseconds() * 1_000_000).ToString(CultureInfo.InvariantCulture),
        ETag = item.ETag,
    };

    private async Task<FileEntry?> CopyAsync(FileEntry entry, FileEntry? before, CancellationToken cancellationToken)
    {
        if (before?.Root is not null && entry.IsSameAs(before) && await isStored(entry, before))
        {
            progress.Add(entry.Size);
            _anyRead = true;
            return entry.With(before.Content);
        }

        FileEntry? current = entry;
        for (var attempt = 0; current is not null && attempt < Attempts; attempt++)
        {
            try
            {
                return current.With(await ReadAsync(current, cancellationToken));
            }
            catch (Exception other) when (other is FileNotFoundException or EngineException { Fault: EngineFault.Conflict })
            {
                current = await LookAgainAsync(entry.Path, cancellationToken);
            }
            catch (EngineException denied) when (denied.InnerException is Amazon.S3.AmazonS3Exception { StatusCode: System.Net.HttpStatusCode.Forbidden })
            {
                _denied = denied;
                Note(_unreadable, $"{entry.Path}: {denied.Message}");
                return null;
            }
        }

        Note(current is null ? _vanished : _unreadable, current is null ? entry.Path : $"{entry.Path}: it changed each of the {Attempts} times it was read");
        return null;
    }

    private async Task<StreamRef> ReadAsync(FileEntry entry, CancellationToken cancellationToken)
    {
        if (entry.Size == 0)
        {
            return StreamRef.Empty;
        }

        await using var content = new ObjectStream(store, entry.Path, entry.ETag, entry.Size);
        var stored = entry.Size <= Repositories.StreamWriter.SmallFile
            ? await StoreSmallAsync(content, cancellationToken)
            : await streams.Fast.StoreAsync(content, progress.Add, cancellationToken);
        _anyRead = true;
        return stored;
    }

    private async Task<StreamRef> StoreSmallAsync(ObjectStream content, CancellationToken cancellationToken)
    {
        var bytes = await content.ReadAllAsync(cancellationToken);
        progress.Add(bytes.Length);
        return await streams.Fast.StoreSmallAsync(bytes);
    }

    /// <summary>By a listing: its times are more exact than those of HEAD, and are what the next backup compares with.</summary>
    private async Task<FileEntry?> LookAgainAsync(string path, CancellationToken cancellationToken)
    {
        await foreach (var item in store.ListAsync(path, cancellationToken))
        {
            return item.Name == path ? Describe(item) : null;
        }

        return null;
    }

    private static void Note(List<string> list, string what)
    {
        lock (list)
        {
            list.Add(what);
        }
    }
}
