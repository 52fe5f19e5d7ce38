using System.Net.Sockets;
using Npgsql;

namespace MmDrBot.Engine.Sources.Postgres;

/// <summary>Opens connections with the session settings that make COPY's text the same everywhere, as pg_dump does.</summary>
internal static class PostgresConnection
{
    private const string SessionSettings = """
        SET client_encoding = 'UTF8'; SET synchronize_seqscans = off; SET row_security = off; SET DateStyle = ISO; SET IntervalStyle = postgres;
        SET extra_float_digits = 3; SET search_path = ''; SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0;
        SET bytea_output = hex; SET xmloption = content; SET standard_conforming_strings = on;
        """;

    internal static async Task<NpgsqlConnection> OpenAsync(PostgresAddress address, CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(address.ToConnectionString("mmdr"));
        try
        {
            await connection.OpenAsync(cancellationToken);
            await connection.ExecuteAsync(SessionSettings, cancellationToken);
            return connection;
        }
        catch (Exception failure) when (failure is NpgsqlException or SocketException or TimeoutException)
        {
            await connection.DisposeAsync();
            throw new EngineException(EngineFault.Unavailable, $"The database {address} does not let us in: {failure.Message}", "Check that PostgreSQL runs, and the address, role and password (SqlSettings.DataSource, MMDR_Mattermost__DatabaseUrl or --database).", failure);
        }
    }

    /// <summary>What a person is told when the server fails in the middle of the work.</summary>
    internal static EngineException Failed(NpgsqlException failure) =>
        new(EngineFault.Unavailable, $"The database failed: {failure.Message}", "Look at PostgreSQL's log, and try again.", failure);

    internal static async Task ExecuteAsync(this NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    internal static async Task<List<T>> QueryAsync<T>(this NpgsqlConnection connection, string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    internal static async Task<T> ScalarAsync<T>(this NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    internal static string? StringOrNull(this NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    internal static int MajorVersion(this NpgsqlConnection connection) => connection.PostgreSqlVersion.Major;
}
