using MmDrBot.Engine.ObjectStores.S3;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Sources.Config;
using MmDrBot.Engine.Sources.Files;
using MmDrBot.Engine.Sources.Postgres;

namespace MmDrBot.Engine.Backup;

/// <summary>Stores the components of one backup; database rows and files at the same time.</summary>
internal sealed class ComponentStorage(
    Repository repository,
    Repositories.StreamWriter streams,
    BlobReader reader,
    BlobIndex index,
    IReadOnlyList<RestorePoint> previous,
    BackupProgress progress,
    TimeProvider time)
{
    private readonly List<string> _warnings = [];
    private bool _partial;

    internal void Note(string message)
    {
        lock (_warnings)
        {
            _warnings.Add(message);
        }
    }

    /// <summary>Stores what <paramref name="sources"/> names; fields that the caller knows are left at their defaults.</summary>
    internal async Task<RestorePoint> StoreAsync(BackupSources sources, Snapshot? snapshot, PostgresTools? tools, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var database = snapshot is null ? Task.FromResult<DatabaseComponent?>(null) : StopOnFailure(StoreDatabaseAsync(sources.Database!, snapshot, tools!, stop.Token), stop);
        var config = StopOnFailure(StoreConfigAsync(sources, stop.Token), stop);
        var files = StopOnFailure(StoreFilesAsync(sources, stop.Token), stop);
        await Task.WhenAll(database, config, files);
        var checkedFiles = await files is { } stored && snapshot is not null && sources.FilesMode is not FileStoreMode.Leave
            ? await new FileInfoCheck(snapshot, previous).CompareAsync(stored.Component, stored.Paths, sources.FilesDirectory, Note, cancellationToken)
            : (await files)?.Component;
        return new RestorePoint
        {
            Repository = "",
            CreatedAt = default,
            FinishedAt = default,
            Host = "",
            Program = "",
            State = _partial ? RestorePointState.Partial : RestorePointState.Complete,
            Warnings = [.. _warnings],
            Database = await database,
            Config = await config,
            Files = checkedFiles,
        };
    }

    private static async Task<T> StopOnFailure<T>(Task<T> task, CancellationTokenSource stop)
    {
        try
        {
            return await task;
        }
        catch
        {
            await stop.CancelAsync();
            throw;
        }
    }

    private async Task<DatabaseComponent?> StoreDatabaseAsync(PostgresAddress address, Snapshot snapshot, PostgresTools tools, CancellationToken cancellationToken) =>
        await new PostgresSource(address, snapshot, tools, streams, progress).StoreAsync(Note, cancellationToken);

    private async Task<ConfigComponent?> StoreConfigAsync(BackupSources sources, CancellationToken cancellationToken)
    {
        if (sources.ConfigDatabase is { } other)
        {
            return await StoreConfigTablesAsync(other, cancellationToken);
        }

        if (sources.ConfigInDatabase)
        {
            return new ConfigComponent("database", "configurations", 0, 0, null);
        }

        if (sources.ConfigDirectory is not { } directory)
        {
            return null;
        }

        var outside = await new OutsideFiles(streams, Note, item => NoteUnreadable("config", [item])).StoreAsync(sources.OutsideFiles, cancellationToken);
        var file = Path.Combine(directory, sources.ConfigFileName);
        for (var attempt = 1; ; attempt++)
        {
            _ = await MattermostConfig.LoadAsync(file, time, cancellationToken);
            BlobId? stored = null;
            var archiver = NewArchiver(cancellationToken);
            var (list, entries, bytes) = await archiver.StoreAsync(directory, null, null, entry => stored = entry.Path == sources.ConfigFileName ? entry.Root : stored, cancellationToken);
            if (await IsWholeAsync(file, stored, cancellationToken))
            {
                NoteUnreadable("config", archiver.Unreadable);
                return new ConfigComponent("directory", Path.GetFullPath(directory), entries, bytes, list, outside);
            }

            if (attempt == 5)
            {
                throw new EngineException(EngineFault.Unavailable, $"{file} changed each of the {attempt} times it was read.", "Wait until nobody edits Mattermost's settings, and try again.");
            }
        }
    }

    private async Task<ConfigComponent> StoreConfigTablesAsync(PostgresAddress address, CancellationToken cancellationToken)
    {
        string? schema;
        await using (var connection = await PostgresConnection.OpenAsync(address, cancellationToken))
        {
            schema = await ConfigTable.SchemaAsync(connection, cancellationToken);
        }

        var (snapshot, tools) = await PostgresSource.OpenAsync(address, time, Note, cancellationToken, table => table.Schema == schema && ConfigTable.Names.Contains(table.Name));
        await using (snapshot)
        {
            var tables = await new PostgresSource(address, snapshot, tools, streams, progress).StoreTablesOnlyAsync(cancellationToken);
            return tables.Tables.Any(table => table.Name == ConfigTable.Names[0] && table.Rows > 0)
                ? new ConfigComponent("other-database", address.ToString(), tables.Tables.Count, tables.Bytes, null, Database: tables)
                : throw new EngineException(EngineFault.Invalid, $"{address} has no configuration of Mattermost.", "Check MMDR_Mattermost__ConfigFile (or MM_CONFIG).");
        }
    }

    /// <summary>The configuration that was stored is one that parsed: Mattermost writes it in place.</summary>
    private async Task<bool> IsWholeAsync(string file, BlobId? stored, CancellationToken cancellationToken)
    {
        var content = await File.ReadAllBytesAsync(file, cancellationToken);
        return MattermostConfig.TryParse(content) is not null && stored is { } id && repository.Key.IdOf(content) == id;
    }

    private async Task<(FilesComponent Component, PathSizes Paths)?> StoreFilesAsync(BackupSources sources, CancellationToken cancellationToken)
    {
        if (sources.FilesBucket is { } bucket)
        {
            return await StoreBucketAsync(bucket, sources.FilesMode, cancellationToken);
        }

        if (sources.FilesDirectory is not { } directory)
        {
            return null;
        }

        var archiver = NewArchiver(cancellationToken);
        await using var before = Before("local", Path.GetFullPath(directory), cancellationToken);
        var (list, entries, bytes) = await archiver.StoreAsync(directory, before, null, null, cancellationToken);
        NoteUnreadable("files", archiver.Unreadable);
        return (new FilesComponent("local", Path.GetFullPath(directory), "copy", entries, bytes, list, [], 0, archiver.Unreadable), PathSizes.None);
    }

    private async Task<(FilesComponent, PathSizes)> StoreBucketAsync(S3Address bucket, FileStoreMode mode, CancellationToken cancellationToken)
    {
        if (mode is FileStoreMode.Leave)
        {
            return (new FilesComponent("amazons3", bucket.ToString(), "leave", 0, 0, null, [], 0, []), PathSizes.None);
        }

        using var store = new S3ObjectStore(bucket, time);
        var paths = new PathSizes();
        await using var before = Before("amazons3", bucket.ToString(), cancellationToken);
        var archiver = new S3Archiver(store, streams, progress, new StoredBlobs(index, new Repositories.StreamReader(reader), cancellationToken).HasAsync);
        var (list, entries, bytes) = await archiver.StoreAsync(mode is FileStoreMode.Copy, before, entry => paths.Add(entry.Path, entry.Size), cancellationToken);
        NoteUnreadable("files", archiver.Unreadable);
        foreach (var key in archiver.Vanished)
        {
            Note($"files: {key} was deleted while the backup ran, and is not part of this restore point.");
        }

        return (new FilesComponent("amazons3", bucket.ToString(), mode is FileStoreMode.Copy ? "copy" : "inventory", entries, bytes, list, [], 0, archiver.Unreadable), paths);
    }

    private TreeArchiver NewArchiver(CancellationToken cancellationToken) =>
        new(streams, progress, new StoredBlobs(index, new Repositories.StreamReader(reader), cancellationToken).HasAsync);

    private PreviousList? Before(string driver, string path, CancellationToken cancellationToken)
    {
        var list = previous.LastOrDefault(point => point.Files is { Mode: "copy" } files && files.Driver == driver && files.Path == path)?.Files?.List;
        return list is null ? null : new PreviousList(Readable(list, cancellationToken), driver == "local" ? PathOrder.Compare : PathOrder.CompareKeys, cancellationToken);
    }

    /// <summary>A damaged list only costs reading the files again.</summary>
    private async IAsyncEnumerable<FileEntry> Readable(StreamRef list, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var entries = FileListReader.ReadAsync(new Repositories.StreamReader(reader), reader, list, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            try
            {
                if (!await entries.MoveNextAsync())
                {
                    yield break;
                }
            }
            catch (EngineException damaged) when (damaged.Fault is EngineFault.Damaged)
            {
                Note($"The list of files of an earlier restore point is damaged, so files were read again: {damaged.Message}");
                yield break;
            }

            yield return entries.Current;
        }
    }

    private void NoteUnreadable(string component, IReadOnlyList<string> unreadable)
    {
        foreach (var item in unreadable)
        {
            _partial = true;
            Note($"{component}: could not be read: {item}");
        }
    }
}
