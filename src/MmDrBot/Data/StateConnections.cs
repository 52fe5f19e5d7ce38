using System.Data;
using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace MmDrBot.Data;

/// <summary>Opens connections and transactions in the way each database needs.</summary>
internal sealed class StateConnections(StateConnectionString target) : IAsyncDisposable
{
    private readonly NpgsqlDataSource? _postgres =
        target.Dialect == StateDialect.PostgreSql ? NpgsqlDataSource.Create(target.Value) : null;

    private readonly SameFile? _file = target.Path is { } path ? new(path) : null;

    public async Task<DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        if (_postgres is not null)
            return await _postgres.OpenConnectionAsync(cancellationToken);

        _file!.Require();
        var connection = new SqliteConnection(target.Value);

        try
        {
            await connection.OpenAsync(cancellationToken);
            await connection.ExecuteAsync("pragma busy_timeout = 10000; pragma synchronous = full; pragma journal_mode = wal;");
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>A write transaction: the only writer on SQLite, read committed on PostgreSQL.</summary>
    public static async Task<DbTransaction> BeginWriteAsync(DbConnection connection, CancellationToken cancellationToken) =>
        connection is SqliteConnection sqlite
            ? sqlite.BeginTransaction(deferred: false)
            : await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);

    /// <summary>A read transaction: everything in it sees one snapshot.</summary>
    public static async Task<DbTransaction> BeginReadAsync(DbConnection connection, CancellationToken cancellationToken) =>
        connection is SqliteConnection sqlite
            ? sqlite.BeginTransaction(deferred: true)
            : await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_postgres is not null)
        {
            await _postgres.DisposeAsync();
            return;
        }

        using var connection = new SqliteConnection(target.Value);
        SqliteConnection.ClearPool(connection);
    }
}
