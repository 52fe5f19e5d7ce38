using MmDrBot.Engine.Platform;
using Npgsql;

namespace MmDrBot.Engine.Sources.Postgres;

/// <summary>
/// One moment of the database, held open: every table is locked ACCESS SHARE before the snapshot is taken and until the end. Without the
/// locks, a TRUNCATE or a rewriting ALTER in between would make COPY give no rows and no error. The readers take their own locks at the
/// beginning too: later they would queue behind whoever waits for ours to go, and that one behind us, for ever.
/// </summary>
internal sealed class Snapshot : IAsyncDisposable
{
    private const string LockTimeout = "15s";

    // A migration takes a while; a backup that waits longer than this is better told of than waited for.
    private static readonly TimeSpan AttemptsEnd = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    // Who is in the way of these waits for our own locks: waiting longer helps nobody.
    internal const int FurtherLockTimeout = 2000;
    private const int ReaderCount = 2;
    private readonly NpgsqlConnection _connection;
    private readonly List<NpgsqlConnection> _readers = [];

    private Snapshot(NpgsqlConnection connection, string id, List<CatalogTable> tables) => (_connection, Id, Tables) = (connection, id, tables);

    internal string Id { get; }

    internal IReadOnlyList<CatalogTable> Tables { get; }

    internal NpgsqlConnection Connection => _connection;

    /// <summary>Further connections that see the same moment and hold the same locks.</summary>
    internal IReadOnlyList<NpgsqlConnection> Readers => _readers;

    internal static async Task<Snapshot> TakeAsync(PostgresAddress address, TimeProvider time, Action<string>? note, Func<CatalogTable, bool>? wanted, CancellationToken cancellationToken)
    {
        var backoff = new Backoff(time, FirstPause, LongestPause, AttemptsEnd);
        for (var attempt = 1; ; attempt++)
        {
            var connection = await PostgresConnection.OpenAsync(address, cancellationToken);
            Snapshot? snapshot = null;
            try
            {
                snapshot = await TryTakeAsync(connection, wanted, cancellationToken);
                if (snapshot is not null)
                {
                    await snapshot.AddReadersAsync(address, cancellationToken);
                    return snapshot;
                }

                note?.Invoke("The tables changed while they were being locked; starting over.");
            }
            catch (PostgresException locked) when (locked.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName)
            {
                note?.Invoke($"A table is locked or wanted by somebody else, or just went ({locked.MessageText}); attempt {attempt}.");
            }
            catch
            {
                await (snapshot ?? (IAsyncDisposable)connection).DisposeAsync();
                throw;
            }

            await (snapshot ?? (IAsyncDisposable)connection).DisposeAsync();
            if (!await backoff.PauseAsync(cancellationToken))
            {
                throw new EngineException(EngineFault.Unavailable, "The database's tables could not be locked for reading: somebody else holds or changes them.", "Look for a running migration or ALTER TABLE, and try again.");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var reader in _readers)
        {
            await reader.DisposeAsync();
        }

        await _connection.DisposeAsync();
    }

    private async Task AddReadersAsync(PostgresAddress address, CancellationToken cancellationToken)
    {
        while (_readers.Count < ReaderCount)
        {
            var reader = await PostgresConnection.OpenAsync(address, cancellationToken);
            _readers.Add(reader);
            await reader.ExecuteAsync($"SET lock_timeout = {FurtherLockTimeout}; BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY; SET TRANSACTION SNAPSHOT {Sql.Literal(Id)}", cancellationToken);
            await LockAsync(reader, Tables, cancellationToken);
        }
    }

    private static async Task<Snapshot?> TryTakeAsync(NpgsqlConnection connection, Func<CatalogTable, bool>? wanted, CancellationToken cancellationToken)
    {
        // The sizes in the list need the tables' locks already.
        await connection.ExecuteAsync($"SET lock_timeout = '{LockTimeout}'", cancellationToken);
        var before = await ListAsync(connection, wanted, cancellationToken);
        await connection.ExecuteAsync("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY", cancellationToken);
        await LockAsync(connection, before, cancellationToken);
        var id = await connection.ScalarAsync<string>("SELECT pg_catalog.pg_export_snapshot()", cancellationToken);
        var after = await ListAsync(connection, wanted, cancellationToken);
        return before.Count == after.Count && before.Zip(after).All(pair => pair.First.IsSameAs(pair.Second)) ? new Snapshot(connection, id, after) : null;
    }

    private static async Task<List<CatalogTable>> ListAsync(NpgsqlConnection connection, Func<CatalogTable, bool>? wanted, CancellationToken cancellationToken) =>
        [.. (await TableCatalog.TablesAsync(connection, cancellationToken)).Where(table => wanted?.Invoke(table) is not false)];

    private static async Task LockAsync(NpgsqlConnection connection, IEnumerable<CatalogTable> tables, CancellationToken cancellationToken)
    {
        foreach (var batch in tables.Chunk(200))
        {
            // LOCK takes no snapshot, so what waits here for a writer sees that writer's changes. ONLY: partitions are in the list themselves.
            await connection.ExecuteAsync($"LOCK TABLE {string.Join(", ", batch.Select(table => "ONLY " + table.QualifiedName))} IN ACCESS SHARE MODE", cancellationToken);
        }
    }
}
