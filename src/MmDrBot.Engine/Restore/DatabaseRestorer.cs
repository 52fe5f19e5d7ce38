using System.Collections.Concurrent;
using System.Globalization;
using MmDrBot.Engine.Backup;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Sources.Postgres;
using Npgsql;

namespace MmDrBot.Engine.Restore;

/// <summary>Fills an empty database: definitions, rows by parallel COPY, sequences, then indexes and constraints, settings and statistics.</summary>
internal sealed class DatabaseRestorer(BlobReader blobs, PostgresAddress address, DatabaseComponent source, BackupProgress progress, Action<string> note)
{
    private const int Writers = 2;
    private readonly Repositories.StreamReader _streams = new(blobs);

    /// <param name="searchLater">Leave what <see cref="SearchIndexes"/> builds afterwards.</param>
    /// <param name="slowestBegun">Called once, when the index that takes longest has begun, or there is none.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    internal async Task<(int Tables, long Rows)> RestoreAsync(bool searchLater, Action slowestBegun, CancellationToken cancellationToken)
    {
        await using var connection = await PostgresConnection.OpenAsync(address, cancellationToken);
        var tools = ToolsFor(connection, source);
        using var workspace = new Workspace();
        var preData = await workspace.WriteAsync("pre-data", source.PreData, _streams, cancellationToken);
        var postData = await workspace.WriteAsync("post-data", source.PostData, _streams, cancellationToken);
        var archive = new ArchiveRestorer(tools, address, note);

        await archive.LookAtRolesAsync(connection, [preData, postData], cancellationToken);
        await archive.RestoreAsync(preData, jobs: 1, chosen: null, cancellationToken);
        await using (var indexes = await IndexBuilds.PrepareAsync(archive, postData, searchLater, cancellationToken))
        {
            await FillTablesAsync(indexes, slowestBegun, cancellationToken);
            await RestoreLargeObjectsAsync(connection, cancellationToken);
            await SetSequencesAsync(connection, cancellationToken);
            await indexes.FinishAsync(cancellationToken);
        }

        await ApplySettingsAsync(connection, cancellationToken);
        await connection.ExecuteAsync("ANALYZE", cancellationToken);
        return (source.Tables.Count, source.Tables.Sum(table => table.Rows));
    }

    /// <summary>Programs that know both what was dumped and the server that receives it.</summary>
    internal static PostgresTools ToolsFor(NpgsqlConnection connection, DatabaseComponent source) => PostgresTools.ForServer(Math.Max(connection.MajorVersion(), Major(source.ServerVersion)));

    private static int Major(string version) => int.TryParse(version.Split('.')[0], CultureInfo.InvariantCulture, out var major) ? major : 0;

    private async Task FillTablesAsync(IndexBuilds indexes, Action slowestBegun, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var waiting = new ConcurrentQueue<TableData>(source.Tables.OrderByDescending(table => table.Data.Size));
        var slowest = waiting.FirstOrDefault(table => indexes.AreSlowFor(table.Schema, table.Name));
        if (slowest is null)
        {
            slowestBegun();
        }

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(() => FillAsync(waiting, indexes, TellOf, stop), CancellationToken.None)));

        void TellOf(TableData filled)
        {
            if (ReferenceEquals(filled, slowest))
            {
                slowestBegun();
            }
        }
    }

    private async Task FillAsync(ConcurrentQueue<TableData> waiting, IndexBuilds indexes, Action<TableData> filled, CancellationTokenSource stop)
    {
        try
        {
            await using var connection = await PostgresConnection.OpenAsync(address, stop.Token);
            await connection.ExecuteAsync("SET synchronous_commit = off", stop.Token);
            while (waiting.TryDequeue(out var table))
            {
                await FillTableAsync(connection, table, stop.Token);
                indexes.TableIsFilled(table.Schema, table.Name, stop.Token);
                filled(table);
            }
        }
        catch
        {
            await stop.CancelAsync();
            throw;
        }
    }

    private async Task FillTableAsync(NpgsqlConnection connection, TableData table, CancellationToken cancellationToken)
    {
        if (table.Rows == 0)
        {
            return;
        }

        // Truncated in the same transaction, the rows need no log where the server keeps little of it, and can be stored frozen: vacuum need not
        // come by again. An extension's table has rows of its own, which stay.
        var name = Sql.Name(table.Schema, table.Name);
        await connection.ExecuteAsync(table.Filter is null ? $"BEGIN; TRUNCATE ONLY {name}" : "BEGIN", cancellationToken);
        await CopyAsync(connection, table, $"COPY {name}{Sql.Columns(table.Columns)} FROM STDIN{(table.Filter is null ? " WITH (FREEZE)" : "")}", cancellationToken);
        await connection.ExecuteAsync("COMMIT", cancellationToken);
    }

    /// <summary>Copies a table's rows into one that was made in the connection's transaction.</summary>
    internal Task CopyIntoAsync(NpgsqlConnection connection, TableData table, CancellationToken cancellationToken) =>
        table.Rows == 0 ? Task.CompletedTask : CopyAsync(connection, table, $"COPY {Sql.Name(table.Schema, table.Name)}{Sql.Columns(table.Columns)} FROM STDIN", cancellationToken);

    private async Task CopyAsync(NpgsqlConnection connection, TableData table, string statement, CancellationToken cancellationToken)
    {
        var writer = (NpgsqlCopyTextWriter)await connection.BeginTextImportAsync(statement, cancellationToken);
        var raw = new CountingStream(writer.BaseStream);
        try
        {
            await CopyAsync(table, raw, cancellationToken);
        }
        catch
        {
            // Disposing would end the COPY well, and complain of the half row in place of the cause.
            await writer.CancelAsync();
            throw;
        }

        await writer.DisposeAsync();
    }

    private async Task CopyAsync(TableData table, CountingStream destination, CancellationToken cancellationToken)
    {
        await _streams.CopyToAsync(table.Data, destination, progress.Add, cancellationToken);
        if (destination.Rows != table.Rows)
        {
            throw new EngineException(EngineFault.Damaged, $"Table {table.Schema}.{table.Name} has {destination.Rows} rows where the manifest says {table.Rows}.");
        }
    }

    private async Task RestoreLargeObjectsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        foreach (var item in source.LargeObjects)
        {
            var offset = 0L;
            await foreach (var id in _streams.ContentBlobsAsync(item.Data, cancellationToken))
            {
                var part = await blobs.ReadAsync(id, cancellationToken);
                await using var command = new NpgsqlCommand($"SELECT pg_catalog.lo_put({item.Oid}, {offset}, @part)", connection);
                command.Parameters.AddWithValue("part", part);
                await command.ExecuteNonQueryAsync(cancellationToken);
                offset += part.Length;
            }
        }
    }

    private async Task SetSequencesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        foreach (var batch in source.Sequences.Chunk(100))
        {
            var calls = batch.Select(item => $"pg_catalog.setval({Sql.Literal(Sql.Name(item.Schema, item.Name))}, {item.LastValue}, {(item.IsCalled ? "true" : "false")})");
            await connection.ExecuteAsync($"SELECT {string.Join(", ", calls)}", cancellationToken);
        }
    }

    private async Task ApplySettingsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        foreach (var (role, setting) in source.Settings)
        {
            var statement = DatabaseSettings.Statement(address.Database, role, setting);
            try
            {
                await connection.ExecuteAsync(statement, cancellationToken);
            }
            catch (PostgresException refused) when (refused.SqlState is PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.UndefinedObject)
            {
                note($"A database setting was not applied ({refused.MessageText}): {statement}");
            }
        }
    }
}
