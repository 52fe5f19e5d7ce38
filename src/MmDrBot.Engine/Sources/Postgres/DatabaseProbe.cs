namespace MmDrBot.Engine.Sources.Postgres;

/// <summary>Tries whether a database can be backed up from here.</summary>
public static class DatabaseProbe
{
    /// <summary>Connects, looks for fitting client tools, and says what was found.</summary>
    /// <exception cref="EngineException">It can't be reached, or there are no fitting tools.</exception>
    public static async Task<string> DescribeAsync(PostgresAddress address, CancellationToken cancellationToken)
    {
        await using var connection = await PostgresConnection.OpenAsync(address, cancellationToken);
        _ = PostgresTools.ForServer(connection.MajorVersion());
        var size = await connection.ScalarAsync<string>("SELECT pg_catalog.pg_size_pretty(pg_catalog.pg_database_size(pg_catalog.current_database()))", cancellationToken);
        return $"PostgreSQL {connection.PostgreSqlVersion}, {size}";
    }
}
