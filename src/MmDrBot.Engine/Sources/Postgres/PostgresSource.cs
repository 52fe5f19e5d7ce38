using System.Collections.Concurrent;
using MmDrBot.Engine.Backup;
using MmDrBot.Engine.Repositories;
using Npgsql;

namespace MmDrBot.Engine.Sources.Postgres;

/// <summary>Saves a database: schema by pg_dump, rows by parallel COPY, all on one snapshot.</summary>
internal sealed class PostgresSource(PostgresAddress address, Snapshot snapshot, PostgresTools tools, Repositories.StreamWriter streams, BackupProgress progress)
{
    /// <summary>Takes the snapshot; everything that the source later reads is of that moment.</summary>
    internal static async Task<(Snapshot Snapshot, PostgresTools Tools)> OpenAsync(PostgresAddress address, TimeProvider time, Action<string>? note, CancellationToken cancellationToken, Func<CatalogTable, bool>? wanted = null)
    {
        await using (var probe = await PostgresConnection.OpenAsync(address, cancellationToken))
        {
            _ = PostgresTools.ForServer(probe.MajorVersion());
        }

        var snapshot = await Snapshot.TakeAsync(address, time, note, wanted, cancellationToken);
        return (snapshot, PostgresTools.ForServer(snapshot.Connection.MajorVersion()));
    }

    internal async Task<DatabaseComponent> StoreAsync(Action<string> warn, CancellationToken cancellationToken)
    {
        progress.Expect(snapshot.Tables.Sum(table => table.Size));
        foreach (var foreign in await TableCatalog.ForeignTablesAsync(snapshot.Connection, cancellationToken))
        {
            warn($"The rows of foreign table {foreign} live in another server and are not saved; its definition is.");
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var schema = StoreSchemaAsync(stop.Token);
        var tables = StoreTablesAsync(stop.Token);
        await WhenAllOrFirstFailure(stop, schema, tables);
        var description = await DatabaseDescription.ReadAsync(snapshot, cancellationToken);
        return description with
        {
            PreData = (await schema).Pre,
            PostData = (await schema).Post,
            Tables = await tables,
            LargeObjects = await StoreLargeObjectsAsync(cancellationToken),
        };
    }

    /// <summary>Saves the tables of the snapshot alone, and nothing else of their database.</summary>
    internal async Task<DatabaseComponent> StoreTablesOnlyAsync(CancellationToken cancellationToken)
    {
        var chosen = snapshot.Tables.Select(table => $"--table={table.QualifiedName}").ToArray();
        var (pre, post) = await StoreSchemaAsync(cancellationToken, chosen);
        var tables = await StoreTablesAsync(cancellationToken);
        return await DatabaseDescription.OfDatabaseAsync(snapshot, cancellationToken) with { PreData = pre, PostData = post, Tables = tables };
    }

    private static async Task WhenAllOrFirstFailure(CancellationTokenSource stop, params Task[] tasks)
    {
        await foreach (var task in Task.WhenEach(tasks))
        {
            if (!task.IsCompletedSuccessfully)
            {
                await stop.CancelAsync();
                await Task.WhenAll(tasks).ContinueWith(static _ => { }, TaskScheduler.Default);
                await task;
            }
        }
    }

    /// <summary>Both at once, so that the second has its locks before anybody queues for one that excludes it.</summary>
    private async Task<(StreamRef Pre, StreamRef Post)> StoreSchemaAsync(CancellationToken cancellationToken, params string[] chosen)
    {
        var dump = new SchemaDump(address, snapshot, tools, streams);
        var (pre, post) = (dump.StoreAsync("pre-data", chosen, cancellationToken), dump.StoreAsync("post-data", chosen, cancellationToken));
        await Task.WhenAll(pre, post);
        return (await pre, await post);
    }

    private async Task<IReadOnlyList<TableData>> StoreTablesAsync(CancellationToken cancellationToken)
    {
        var waiting = new ConcurrentQueue<CatalogTable>(snapshot.Tables.OrderByDescending(table => table.Size));
        var stored = new ConcurrentBag<TableData>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var readers = snapshot.Readers.Select(connection => Task.Run(() => ReadTablesAsync(connection, waiting, stored, stop.Token), CancellationToken.None)).ToArray();
        await WhenAllOrFirstFailure(stop, readers);
        return [.. stored.OrderBy(table => table.Schema, StringComparer.Ordinal).ThenBy(table => table.Name, StringComparer.Ordinal)];
    }

    private async Task ReadTablesAsync(NpgsqlConnection connection, ConcurrentQueue<CatalogTable> waiting, ConcurrentBag<TableData> stored, CancellationToken cancellationToken)
    {
        while (waiting.TryDequeue(out var table))
        {
            stored.Add(await ReadTableAsync(connection, table, cancellationToken));
        }
    }

    private async Task<TableData> ReadTableAsync(NpgsqlConnection connection, CatalogTable table, CancellationToken cancellationToken)
    {
        using var reader = (System.IO.StreamReader)await connection.BeginTextExportAsync(table.CopyStatement, cancellationToken);
        var rows = new CopyOutStream(reader.BaseStream);
        var data = await streams.StoreAsync(rows, progress.Add, cancellationToken);
        return new TableData(table.Schema, table.Name, table.Columns, table.Filter, rows.Rows, data);
    }

    private async Task<IReadOnlyList<LargeObjectData>> StoreLargeObjectsAsync(CancellationToken cancellationToken)
    {
        var stored = new List<LargeObjectData>();
        foreach (var oid in await snapshot.Connection.QueryAsync("SELECT oid::bigint FROM pg_catalog.pg_largeobject_metadata ORDER BY 1", row => row.GetInt64(0), cancellationToken))
        {
            await using var content = new LargeObjectStream(snapshot.Connection, oid);
            stored.Add(new LargeObjectData(oid, await streams.StoreAsync(content, progress.Add, cancellationToken)));
        }

        return stored;
    }
}
