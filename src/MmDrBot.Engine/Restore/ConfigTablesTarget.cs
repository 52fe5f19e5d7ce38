using MmDrBot.Engine.Backup;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Sources.Postgres;
using Npgsql;

namespace MmDrBot.Engine.Restore;

/// <summary>
/// A database that receives the tables of Mattermost's configuration, and may hold other things. All is one transaction: a restore that is
/// interrupted leaves what was there.
/// </summary>
internal sealed class ConfigTablesTarget(PostgresAddress address, DatabaseComponent source)
{
    /// <summary>Which of the tables are there already; null when the database does not exist.</summary>
    internal async Task<IReadOnlyList<string>?> LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await PostgresConnection.OpenAsync(address, cancellationToken);
            return await PresentAsync(connection, cancellationToken);
        }
        catch (EngineException missing) when (missing.InnerException is PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName })
        {
            return null;
        }
    }

    /// <returns>How many rows there are now.</returns>
    internal async Task<long> RestoreAsync(BlobReader blobs, bool overwrite, BackupProgress progress, Action<string> note, CancellationToken cancellationToken)
    {
        await using var connection = await PostgresConnection.OpenAsync(address, cancellationToken);
        var tools = PostgresTools.ForServer(connection.MajorVersion());
        var scripts = await ScriptsAsync(new ArchiveRestorer(tools, address, note), new Repositories.StreamReader(blobs), cancellationToken);
        await connection.ExecuteAsync("BEGIN", cancellationToken);
        await MakeRoomAsync(connection, overwrite, cancellationToken);
        await ExecuteAsync(connection, RoleStatements.FindDefinitions(scripts.Before), cancellationToken);
        var rows = new DatabaseRestorer(blobs, address, source, progress, note);
        foreach (var table in source.Tables)
        {
            await rows.CopyIntoAsync(connection, table, cancellationToken);
        }

        await ExecuteAsync(connection, RoleStatements.FindDefinitions(scripts.After), cancellationToken);
        await connection.ExecuteAsync("COMMIT", cancellationToken);

        var roles = new RoleGiver(address, note);
        await roles.GiveOwnersAsync([.. RoleStatements.FindOwners(scripts.Before + scripts.After).Select(item => item.Statement)], cancellationToken);
        await roles.RunAsync(RoleStatements.Find(scripts.Before + scripts.After), cancellationToken);
        return source.Tables.Sum(table => table.Rows);
    }

    private async Task<(string Before, string After)> ScriptsAsync(ArchiveRestorer archive, Repositories.StreamReader streams, CancellationToken cancellationToken)
    {
        using var workspace = new Workspace();
        var before = await workspace.WriteAsync("pre-data", source.PreData, streams, cancellationToken);
        var after = await workspace.WriteAsync("post-data", source.PostData, streams, cancellationToken);
        return (await archive.ScriptAsync(before, list: null, cancellationToken), await archive.ScriptAsync(after, list: null, cancellationToken));
    }

    private async Task MakeRoomAsync(NpgsqlConnection connection, bool overwrite, CancellationToken cancellationToken)
    {
        var present = await PresentAsync(connection, cancellationToken);
        if (present.Count > 0 && !overwrite)
        {
            throw new EngineException(EngineFault.Conflict, $"The database {address} has {string.Join(", ", present)} by now; nothing in it was touched.");
        }

        foreach (var schema in source.Tables.Select(table => table.Schema).Distinct())
        {
            await connection.ExecuteAsync($"CREATE SCHEMA IF NOT EXISTS {Sql.Name(schema)}", cancellationToken);
        }

        foreach (var table in source.Tables)
        {
            await connection.ExecuteAsync($"DROP TABLE IF EXISTS {Sql.Name(table.Schema, table.Name)}", cancellationToken);
        }
    }

    private Task<List<string>> PresentAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var wanted = string.Join(", ", source.Tables.Select(table => $"({Sql.Literal(table.Schema)}, {Sql.Literal(table.Name)})"));
        return connection.QueryAsync($"SELECT n.nspname || '.' || c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE (n.nspname, c.relname) IN ({wanted}) ORDER BY 1", row => row.GetString(0), cancellationToken);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, IEnumerable<string> statements, CancellationToken cancellationToken)
    {
        foreach (var statement in statements)
        {
            await connection.ExecuteAsync(statement, cancellationToken);
        }
    }
}
