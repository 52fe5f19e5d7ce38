using MmDrBot.Engine.Backup;
using MmDrBot.Engine.ObjectStores;
using MmDrBot.Engine.ObjectStores.S3;
using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Sources.Files;

/// <summary>Stores (or only lists) Mattermost's files where they live on S3. The list is in the order of the keys' bytes.</summary>
internal sealed class S3Archiver(S3ObjectStore store, Repositories.StreamWriter streams, BackupProgress progress, Func<FileEntry, FileEntry, ValueTask<bool>> isStored)
{
    private const int Readers = 4;

    internal async Task<(StreamRef List, long Entries, long Bytes)> StoreAsync(bool copy, PreviousList? previous, Action<FileEntry> seen, CancellationToken cancellationToken)
    {
        await using var list = new FileListWriter(streams, cancellationToken);
        var running = new Queue<Task<FileEntry?>>();
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

        return (await list.CompleteAsync(), list.Entries, list.Bytes);
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
        Modified = (item.Modified.ToUnixTimeMilliseconds() * 1_000_000).ToString(System.Globalization.CultureInfo.InvariantCulture),
    };

    private async Task<FileEntry?> CopyAsync(FileEntry entry, FileEntry? before, CancellationToken cancellationToken)
    {
        if (entry.Size == 0)
        {
            return entry;
        }

        if (before?.Root is not null && entry.IsSameAs(before) && await isStored(entry, before))
        {
            progress.Add(entry.Size);
            return entry.With(before.Content);
        }

        try
        {
            await using var content = new ObjectStream(store, entry.Path, entry.Size);
            return entry.With(entry.Size <= Repositories.StreamWriter.SmallFile
                ? await streams.Fast.StoreSmallAsync(await content.ReadAllAsync(cancellationToken))
                : await streams.Fast.StoreAsync(content, progress.Add, cancellationToken));
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }
}
