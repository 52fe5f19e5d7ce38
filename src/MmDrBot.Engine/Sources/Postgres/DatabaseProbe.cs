using Npgsql;

namespace MmDrBot.Engine.Sources.Postgres;

/// <summary>Tries whether a database can be backed up from here.</summary>
public static class DatabaseProbe
{
    private const string OfUsers = "n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'";

    private const string Unreadable = $"""
        SELECT n.nspname || '.' || c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p', 'S') AND {OfUsers}
          AND NOT (pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND CASE c.relkind WHEN 'S' THEN pg_catalog.has_sequence_privilege(c.oid, 'SELECT') ELSE pg_catalog.has_table_privilege(c.oid, 'SELECT') END)
        ORDER BY 1 LIMIT 20
        """;

    private const string Filtered = $"""
        SELECT n.nspname || '.' || c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relrowsecurity AND {OfUsers} AND NOT EXISTS (SELECT FROM pg_catalog.pg_roles r WHERE r.rolname = current_user AND (r.rolsuper OR r.rolbypassrls))
          AND (c.relforcerowsecurity OR NOT pg_catalog.pg_has_role(c.relowner, 'USAGE'))
        ORDER BY 1 LIMIT 20
        """;

    /// <summary>Connects, looks for fitting client tools, and says what was found.</summary>
    /// <exception cref="EngineException">It can't be reached, or there are no fitting tools.</exception>
    public static async Task<string> DescribeAsync(PostgresAddress address, CancellationToken cancellationToken)
    {
        await using var connection = await PostgresConnection.OpenAsync(address, cancellationToken);
        _ = PostgresTools.ForServer(connection.MajorVersion());
        var size = await connection.ScalarAsync<string>("SELECT pg_catalog.pg_size_pretty(pg_catalog.pg_database_size(pg_catalog.current_database()))", cancellationToken);
        return $"PostgreSQL {connection.PostgreSqlVersion}, {size}";
    }

    /// <summary>Connects, and looks whether the role may read all that a backup takes in.</summary>
    /// <exception cref="EngineException">It can't be reached, or a question was refused.</exception>
    public static async Task<DatabaseExam> ExamineAsync(PostgresAddress address, CancellationToken cancellationToken)
    {
        await using var connection = await PostgresConnection.OpenAsync(address, cancellationToken);
        try
        {
            return new DatabaseExam
            {
                Release = connection.PostgreSqlVersion.ToString(),
                Major = connection.MajorVersion(),
                Bytes = await connection.ScalarAsync<long>("SELECT pg_catalog.pg_database_size(pg_catalog.current_database())", cancellationToken),
                Role = await connection.ScalarAsync<string>("SELECT current_user::text", cancellationToken),
                Clock = new DateTimeOffset(await connection.ScalarAsync<DateTime>("SELECT pg_catalog.clock_timestamp()", cancellationToken)),
                Unreadable = await connection.QueryAsync(Unreadable, reader => reader.GetString(0), cancellationToken),
                Filtered = await connection.QueryAsync(Filtered, reader => reader.GetString(0), cancellationToken),
            };
        }
        catch (NpgsqlException failure)
        {
            throw PostgresConnection.Failed(failure);
        }
    }

    /// <summary>What the server's clock says.</summary>
    /// <exception cref="EngineException">It can't be reached.</exception>
    public static async Task<DateTimeOffset> ClockAsync(PostgresAddress address, CancellationToken cancellationToken)
    {
        await using var connection = await PostgresConnection.OpenAsync(address, cancellationToken);
        return new DateTimeOffset(await connection.ScalarAsync<DateTime>("SELECT pg_catalog.clock_timestamp()", cancellationToken));
    }

    /// <summary>The directory of client tools that fit a server.</summary>
    /// <exception cref="EngineException">There are none.</exception>
    public static string ToolsFor(int serverMajor) => PostgresTools.ForServer(serverMajor).Directory;
}
