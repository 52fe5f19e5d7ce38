using System.Text;
using MmDrBot.Engine.Sources.Postgres;

namespace MmDrBot.Engine.Sources.Config;

/// <summary>Mattermost's `configurations` table, where it keeps its configuration when it is told to.</summary>
public static class ConfigTable
{
    /// <summary>The JSON of the active row.</summary>
    public static async Task<byte[]> ReadActiveAsync(PostgresAddress address, CancellationToken cancellationToken)
    {
        await using var connection = await PostgresConnection.OpenAsync(address, cancellationToken);
        var schemas = await connection.QueryAsync("SELECT n.nspname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relname = 'configurations' AND c.relkind = 'r'", row => row.GetString(0), cancellationToken);
        var rows = schemas.Count == 0 ? [] : await connection.QueryAsync($"SELECT value FROM {Sql.Name(schemas[0], "configurations")} WHERE active", row => row.GetString(0), cancellationToken);
        return rows.Count == 1
            ? Encoding.UTF8.GetBytes(rows[0])
            : throw new EngineException(EngineFault.Invalid, $"{address} has no active configuration of Mattermost.", "Check MMDR_Mattermost__ConfigFile (or MM_CONFIG).");
    }
}
