using Npgsql;

namespace MmDrBot.Engine.Sources.Postgres;

/// <summary>
/// One moment of the database, held open: every table is locked ACCESS SHARE before the snapshot is taken and until the end. Without the
/// locks, a TRUNCATE or a rewriting ALTER in between would make COPY give no rows and no error.
/// </summary>
internal sealed class Snapshot : IAsyncDisposable
{
    private const int Attempts = 20;
    private const string LockTimeout = "15s";
    private readonly NpgsqlConnection _connection;

    private Snapshot(NpgsqlConnection connection, string id, List<CatalogTable> tables) => (_connection, Id, Tables) = (connection, id, tables);

    internal string Id { get; }

    internal IReadOnlyList<CatalogTable> Tables { get; }

    internal NpgsqlConnection Connection => _connection;

    internal static async Task<Snapshot> TakeAsync(PostgresAddress address, Action<string>? note, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var connection = await PostgresConnection.OpenAsync(address, cancellationToken);
            try
            {
                if (await TryTakeAsync(connection, cancellationToken) is { } snapshot)
                {
                    return snapshot;
                }

                note?.Invoke("The tables changed while they were being locked; starting over.");
            }
            catch (PostgresException locked) when (locked.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName)
            {
                note?.Invoke($"A table is locked by somebody else for more than {LockTimeout}, or just went ({locked.MessageText}); attempt {attempt} of {Attempts}.");
            }
            catch
            {
                await connection.DisposeAsync();
                throw;
            }

            await connection.DisposeAsync();
            if (attempt == Attempts)
            {
                throw new EngineException(EngineFault.Unavailable, "The database's tables could not be locked for reading: somebody else holds or changes them.", "Look for a running migration or ALTER TABLE, and try again.");
            }
        }
    }

    /// <summary>A further connection that sees the same moment.</summary>
    internal async Task<NpgsqlConnection> JoinAsync(PostgresAddress address, CancellationToken cancellationToken)
    {
        var connection = await PostgresConnection.OpenAsync(address, cancellationToken);
        await connection.ExecuteAsync($"BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY; SET TRANSACTION SNAPSHOT {Sql.Literal(Id)}", cancellationToken);
        return connection;
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private static async Task<Snapshot?> TryTakeAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var before = await TableCatalog.TablesAsync(connection, cancellationToken);
        await connection.ExecuteAsync($"SET lock_timeout = '{LockTimeout}'; BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY", cancellationToken);
        foreach (var batch in before.Chunk(200))
        {
            // LOCK takes no snapshot, so what waits here for a writer sees that writer's changes. ONLY: partitions are in the list themselves.
            await connection.ExecuteAsync($"LOCK TABLE {string.Join(", ", batch.Select(table => "ONLY " + table.QualifiedName))} IN ACCESS SHARE MODE", cancellationToken);
        }

        var id = await connection.ScalarAsync<string>("SELECT pg_catalog.pg_export_snapshot()", cancellationToken);
        var after = await TableCatalog.TablesAsync(connection, cancellationToken);
        return before.Count == after.Count && before.Zip(after).All(pair => pair.First.IsSameAs(pair.Second)) ? new Snapshot(connection, id, after) : null;
    }
}
