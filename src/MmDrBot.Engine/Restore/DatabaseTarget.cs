using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Sources.Postgres;
using Npgsql;

namespace MmDrBot.Engine.Restore;

/// <summary>The database to restore into: whether it exists and is empty, and the marker (its comment) that a restore leaves while it runs.</summary>
internal sealed class DatabaseTarget(PostgresAddress address)
{
    private const string MarkerPrefix = "mmdr: restore in progress: ";
    private const string SearchPrefix = "mmdr: restored but for search indexes: ";

    // "mmdr rst" as a number; advisory locks are the database's own.
    private const long ClaimKey = 0x6d6d_6472_2072_7374;
    private const int ClaimAttempts = 30;

    private const string Contents = """
        SELECT (SELECT count(*) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_' AND c.relkind IN ('r', 'v', 'm', 'S', 'p', 'f'))::bigint,
               (SELECT count(*) FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_')
             + (SELECT count(*) FROM pg_catalog.pg_namespace n WHERE n.nspname NOT IN ('information_schema', 'public') AND n.nspname !~ '^pg_')
             + (SELECT count(*) FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_' AND t.typtype IN ('e', 'd'))
             + (SELECT count(*) FROM pg_catalog.pg_largeobject_metadata),
               COALESCE(pg_catalog.shobj_description((SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()), 'pg_database'), ''),
               pg_catalog.pg_size_pretty(pg_catalog.pg_database_size(pg_catalog.current_database())),
               (SELECT pg_catalog.pg_encoding_to_char(encoding) FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()),
               (SELECT datcollate FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
        """;

    private const string DropsInPublic = """
        SELECT pg_catalog.format('DROP %s IF EXISTS %s CASCADE', CASE i.type WHEN 'statistics object' THEN 'statistics' ELSE i.type END, i.identity)
        FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_namespace n ON n.oid = d.refobjid AND n.nspname = 'public',
             LATERAL pg_catalog.pg_identify_object(d.classid, d.objid, 0) i
        WHERE d.refclassid = 'pg_catalog.pg_namespace'::pg_catalog.regclass AND d.deptype = 'n'
        """;

    internal PostgresAddress Address => address;

    /// <summary>Looks at the target; null when the database does not exist.</summary>
    internal async Task<TargetState?> LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await PostgresConnection.OpenAsync(address, cancellationToken);
            var state = (await connection.QueryAsync(Contents, row => new TargetState(row.GetInt64(0), row.GetInt64(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5)), cancellationToken))[0];
            return state;
        }
        catch (EngineException missing) when (missing.InnerException is PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName })
        {
            return null;
        }
    }

    internal async Task CreateAsync(DatabaseComponent source, Action<string> note, CancellationToken cancellationToken)
    {
        await using var connection = await OpenMaintenanceAsync(cancellationToken);
        var exists = (await connection.QueryAsync($"SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = {Sql.Literal(source.Owner)} AND pg_catalog.pg_has_role(rolname, 'MEMBER')", row => row.GetInt32(0), cancellationToken)).Count > 0;
        var owner = exists ? $" OWNER {Sql.Name(source.Owner)}" : "";
        if (!exists)
        {
            note($"Role {source.Owner}, which owned the database, does not exist here or is not ours to use: {address.User} owns the new one.");
        }

        var provider = source.LocaleProvider == "i" && source.IcuLocale is { } icu ? $" LOCALE_PROVIDER icu ICU_LOCALE {Sql.Literal(icu)}" : "";
        try
        {
            await connection.ExecuteAsync($"CREATE DATABASE {Sql.Name(address.Database)} TEMPLATE template0 ENCODING {Sql.Literal(source.Encoding)} LC_COLLATE {Sql.Literal(source.Collate)} LC_CTYPE {Sql.Literal(source.Ctype)}{provider}{owner}", cancellationToken);
        }
        catch (PostgresException refused)
        {
            throw new EngineException(EngineFault.Conflict, $"The database {address.Database} could not be created: {refused.MessageText}", refused.SqlState == PostgresErrorCodes.DuplicateDatabase ? "It exists: leave --create out." : $"The role needs CREATEDB, and the server the locale {source.Collate}; or create the database yourself and leave --create out.", refused);
        }
    }

    /// <summary>One restore at a time writes into a database. The lock's session does nothing else, so it goes at once when its process is killed.</summary>
    /// <returns>What holds the target until it is disposed.</returns>
    internal async Task<IAsyncDisposable> ClaimAsync(CancellationToken cancellationToken)
    {
        var holder = await PostgresConnection.OpenAsync(address, cancellationToken);
        try
        {
            for (var attempt = 0; attempt < ClaimAttempts; attempt++)
            {
                if (await holder.ScalarAsync<bool>($"SELECT pg_catalog.pg_try_advisory_lock({ClaimKey})", cancellationToken))
                {
                    return holder;
                }

                await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
            }

            throw new EngineException(EngineFault.Locked, $"Another restore is writing into {address}; nothing in it was touched.", "Wait for its end, or end it first.");
        }
        catch
        {
            await holder.DisposeAsync();
            throw;
        }
    }

    /// <summary>Marks the restore's begin, and empties the database if anything, or an interrupted restore, is in it.</summary>
    internal async Task BeginAsync(string restorePoint, TargetState? found, CancellationToken cancellationToken)
    {
        await using var connection = await PostgresConnection.OpenAsync(address, cancellationToken);
        if (found is not null && IsMarked(found))
        {
            await EndRemainsAsync(connection, cancellationToken);
        }

        await connection.ExecuteAsync($"COMMENT ON DATABASE {Sql.Name(address.Database)} IS {Sql.Literal(MarkerPrefix + restorePoint)}", cancellationToken);
        if (found is not null && (!found.IsEmpty || IsMarked(found)))
        {
            await WipeAsync(connection, cancellationToken);
        }
    }

    internal Task CompleteAsync(CancellationToken cancellationToken) => CommentAsync("NULL", cancellationToken);

    /// <summary>All is there but the search indexes, which a killed process does not come to build.</summary>
    internal Task CompleteButSearchAsync(string restorePoint, CancellationToken cancellationToken) => CommentAsync(Sql.Literal(SearchPrefix + restorePoint), cancellationToken);

    internal static bool IsMarked(TargetState state) => state.Comment.StartsWith(MarkerPrefix, StringComparison.Ordinal);

    /// <summary>Whether only search indexes are missing there, of that restore point or of any.</summary>
    internal static bool LacksSearch(TargetState state, string restorePoint = "") => state.Comment.StartsWith(SearchPrefix + restorePoint, StringComparison.Ordinal);

    private async Task CommentAsync(string comment, CancellationToken cancellationToken)
    {
        await using var connection = await PostgresConnection.OpenAsync(address, cancellationToken);
        await connection.ExecuteAsync($"COMMENT ON DATABASE {Sql.Name(address.Database)} IS {comment}", cancellationToken);
    }

    /// <summary>A killed restore leaves sessions, and perhaps a pg_restore, that would go on writing for a while.</summary>
    private static async Task EndRemainsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        const string Remains = "pg_catalog.pg_stat_activity WHERE datname = pg_catalog.current_database() AND usename = CURRENT_USER AND pid <> pg_catalog.pg_backend_pid() AND (application_name = 'mmdr' OR application_name LIKE 'mmdr %') AND pid NOT IN (SELECT pid FROM pg_catalog.pg_locks WHERE locktype = 'advisory')";
        for (var attempt = 0; attempt < 100; attempt++)
        {
            await connection.ExecuteAsync($"SELECT pg_catalog.pg_terminate_backend(pid) FROM {Remains}", cancellationToken);
            if (await connection.ScalarAsync<long>($"SELECT count(*) FROM {Remains}", cancellationToken) == 0)
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
        }
    }

    private static async Task WipeAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var extensions = await connection.QueryAsync("SELECT extname FROM pg_catalog.pg_extension WHERE extname <> 'plpgsql'", row => row.GetString(0), cancellationToken);
        await DropAsync(connection, extensions.Select(name => $"DROP EXTENSION IF EXISTS {Sql.Name(name)} CASCADE"), cancellationToken);
        var schemas = await connection.QueryAsync("SELECT nspname FROM pg_catalog.pg_namespace WHERE nspname <> 'information_schema' AND nspname !~ '^pg_'", row => row.GetString(0), cancellationToken);
        await DropAsync(connection, schemas.Where(name => name != "public").Select(name => $"DROP SCHEMA IF EXISTS {Sql.Name(name)} CASCADE"), cancellationToken);
        await DropAsync(connection, await connection.QueryAsync(DropsInPublic, row => row.GetString(0), cancellationToken), cancellationToken);
        var objects = await connection.QueryAsync("SELECT oid::bigint FROM pg_catalog.pg_largeobject_metadata", row => row.GetInt64(0), cancellationToken);
        await DropAsync(connection, objects.Select(oid => $"SELECT pg_catalog.lo_unlink({oid})"), cancellationToken);
        await RenewPublicAsync(connection, cancellationToken);
    }

    private static async Task DropAsync(NpgsqlConnection connection, IEnumerable<string> statements, CancellationToken cancellationToken)
    {
        foreach (var statement in statements)
        {
            await connection.ExecuteAsync(statement, cancellationToken);
        }
    }

    /// <summary>As a new database has it, since archives hold only what differs from that; whoever does not own the schema keeps the one that is there.</summary>
    private static async Task RenewPublicAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        const string Foreign = "SELECT count(*) FROM pg_catalog.pg_namespace WHERE nspname = 'public' AND NOT pg_catalog.pg_has_role(nspowner, 'USAGE')";
        if (await connection.ScalarAsync<long>(Foreign, cancellationToken) > 0)
        {
            return;
        }

        var knowsDatabaseOwner = connection.MajorVersion() >= 15;
        await connection.ExecuteAsync($"""
            BEGIN;
            DROP SCHEMA IF EXISTS public CASCADE;
            CREATE SCHEMA public;
            COMMENT ON SCHEMA public IS 'standard public schema';
            GRANT {(knowsDatabaseOwner ? "USAGE" : "ALL")} ON SCHEMA public TO PUBLIC;
            {(knowsDatabaseOwner ? "ALTER SCHEMA public OWNER TO pg_database_owner;" : "")}
            COMMIT
            """, cancellationToken);
    }

    private async Task<NpgsqlConnection> OpenMaintenanceAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await PostgresConnection.OpenAsync(address.WithDatabase("postgres"), cancellationToken);
        }
        catch (EngineException missing) when (missing.InnerException is PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName })
        {
            return await PostgresConnection.OpenAsync(address.WithDatabase("template1"), cancellationToken);
        }
    }
}

/// <summary>What was found in the target.</summary>
internal sealed record TargetState(long Relations, long Others, string Comment, string Size, string Encoding, string Collate)
{
    internal bool IsEmpty => Relations == 0 && Others == 0;

    internal string Describe() => DatabaseTarget.LacksSearch(this) ? $"restored but for its search indexes ({Relations} tables and the like, {Size})" : DatabaseTarget.IsMarked(this) ? $"an interrupted restore ({Relations} tables and the like, {Size})" : IsEmpty ? "empty" : $"{Relations} tables, views and sequences, {Size}";
}
