using System.Text;
using MmDrBot.Engine.Sources.Postgres;
using Npgsql;

namespace MmDrBot.Engine.Sources.Config;

/// <summary>Mattermost's `configurations` table and those beside it, where it keeps its configuration when it is told to.</summary>
public static class ConfigTable
{
    /// <summary>The tables that make a configuration: its versions, its certificates, and how far their schema is.</summary>
    internal static readonly string[] Names = ["configurations", "configurationfiles", "db_config_migrations"];

    /// <summary>The JSON of the active row.</summary>
    public static async Task<byte[]> ReadActiveAsync(PostgresAddress address, CancellationToken cancellationToken)
    {
        await using var connection = await PostgresConnection.OpenAsync(address, cancellationToken);
        var schema = await SchemaAsync(connection, cancellationToken);
        var rows = schema is null ? [] : await connection.QueryAsync($"SELECT value FROM {Sql.Name(schema, "configurations")} WHERE active", row => row.GetString(0), cancellationToken);
        return rows.Count == 1
            ? Encoding.UTF8.GetBytes(rows[0])
            : throw new EngineException(EngineFault.Invalid, $"{address} has no active configuration of Mattermost.", "Check MMDR_Mattermost__ConfigFile (or MM_CONFIG).");
    }

    /// <summary>A file that is kept beside the configuration, such as a certificate; null where there is none of that name.</summary>
    public static async Task<byte[]?> ReadFileAsync(PostgresAddress address, string name, CancellationToken cancellationToken)
    {
        await using var connection = await PostgresConnection.OpenAsync(address, cancellationToken);
        if (await SchemaAsync(connection, cancellationToken) is not { } schema)
        {
            return null;
        }

        // The column is text, and was of bytes in some versions.
        var rows = await connection.QueryAsync(
            $"SELECT data FROM {Sql.Name(schema, "configurationfiles")} WHERE name = {Sql.Literal(Path.GetFileName(name))}", row => row.GetValue(0) as byte[] ?? Encoding.UTF8.GetBytes(row.GetString(0)), cancellationToken);
        return rows.FirstOrDefault();
    }

    /// <summary>The schema that has the table, public before others; null where none has.</summary>
    internal static async Task<string?> SchemaAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        (await connection.QueryAsync("SELECT n.nspname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relname = 'configurations' AND c.relkind = 'r' ORDER BY n.nspname <> 'public', 1", row => row.GetString(0), cancellationToken)).FirstOrDefault();
}
