using MmDrBot.TestKit.Tools;
using Npgsql;

namespace MmDrBot.TestKit.Postgres;

/// <summary>A real PostgreSQL server shared by all tests; each test makes databases of its own in it.</summary>
public sealed class PostgresServer
{
    private static readonly Lazy<Task<PostgresServer>> Shared = new(StartAsync);

    private PostgresServer(string uri) => Uri = uri;

    /// <summary>URI of the superuser, <c>postgres://user:password@127.0.0.1:port/postgres</c>.</summary>
    public string Uri { get; }

    /// <summary>The server named by MMDR_TESTKIT_POSTGRES, else one started by eng/postgres-up.sh.</summary>
    public static Task<PostgresServer> SharedAsync() => Shared.Value;

    /// <summary>Makes an empty UTF-8 database, or a copy of <paramref name="template"/>, which nobody may be connected to.</summary>
    public async Task<TestDatabase> CreateDatabaseAsync(string? template = null, CancellationToken cancellationToken = default)
    {
        var name = $"mmdr_{Guid.NewGuid():N}"[..20];
        await ExecuteAsync($"""CREATE DATABASE "{name}" TEMPLATE "{template ?? "template0"}" """, cancellationToken);

        return new(this, name);
    }

    /// <summary>Drops a database together with its connections; it may be gone already.</summary>
    public Task DropDatabaseAsync(string name, CancellationToken cancellationToken = default) =>
        ExecuteAsync($"""DROP DATABASE IF EXISTS "{name}" WITH (FORCE)""", cancellationToken);

    /// <summary>Runs a statement as superuser in the database <c>postgres</c>.</summary>
    public async Task ExecuteAsync(string sql, CancellationToken cancellationToken = default)
    {
        await using var connection = new NpgsqlConnection(PostgresUri.ToConnectionString(Uri));
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<PostgresServer> StartAsync()
    {
        var uri = Environment.GetEnvironmentVariable("MMDR_TESTKIT_POSTGRES");

        return new(string.IsNullOrEmpty(uri)
            ? (await SharedServers.StartAsync("postgres-up.sh", "postgres", "--no-fsync")).Trim()
            : uri);
    }
}
