using Npgsql;

namespace MmDrBot.TestKit.Postgres;

/// <summary>A database of one test; disposing drops it, whoever is still connected.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly PostgresServer server;

    internal TestDatabase(PostgresServer server, string name)
    {
        this.server = server;
        Name = name;
        Uri = PostgresUri.WithDatabase(server.Uri, name);
        ConnectionString = PostgresUri.ToConnectionString(Uri);
    }

    /// <summary>The database's name: lower case letters, digits and underscores.</summary>
    public string Name { get; }

    /// <summary>The libpq form, <c>postgres://user:password@host:port/name</c>.</summary>
    public string Uri { get; }

    /// <summary>Npgsql's form.</summary>
    public string ConnectionString { get; }

    /// <summary>Opens a connection that the caller disposes.</summary>
    public async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken = default)
    {
        var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync(cancellationToken);

        return connection;
    }

    /// <summary>Runs one or more statements.</summary>
    public async Task ExecuteAsync(string sql, CancellationToken cancellationToken = default)
    {
        await using var connection = await OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>All rows of a query; SQL's NULL comes as null.</summary>
    public async Task<IReadOnlyList<object?[]>> QueryAsync(string sql, CancellationToken cancellationToken = default)
    {
        await using var connection = await OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<object?[]>();

        while (await reader.ReadAsync(cancellationToken))
        {
            var row = new object?[reader.FieldCount];
            reader.GetValues(row!);
            rows.Add(Array.ConvertAll(row, value => value is DBNull ? null : value));
        }

        return rows;
    }

    /// <summary>The single value of a query with one row and one column.</summary>
    public async Task<T?> ScalarAsync<T>(string sql, CancellationToken cancellationToken = default) =>
        (T?)(await QueryAsync(sql, cancellationToken)).Single().Single();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await server.DropDatabaseAsync(Name);
}
