using MmDrBot.Access;

namespace MmDrBot.Data;

/// <summary>Applies the numbered migrations, in order, in the caller's transaction.</summary>
internal sealed class StateSchema(StateDialect dialect, TimeProvider time)
{
    /// <summary>The PostgreSQL schema, unless the connection string sets a search path: Mattermost has a table named jobs too.</summary>
    public const string Name = "mmdr";

    private const long MigrationLock = 0x6d6d6472; // "mmdr"

    /// <summary>Returns how many migrations were applied.</summary>
    public async Task<int> ApplyAsync(StateTransaction transaction, CancellationToken cancellationToken)
    {
        if (dialect == StateDialect.PostgreSql)
            await PreparePostgresAsync(transaction, cancellationToken);

        await transaction.ExecuteAsync(
            "create table if not exists schema_versions (version bigint primary key, name text not null, applied_at bigint not null)",
            values: null, cancellationToken);
        var current = await transaction.FirstOrDefaultAsync<long>(
            "select coalesce(max(version), 0) from schema_versions", values: null, cancellationToken);
        RefuseNewer(current);

        var missing = Migration.All.Where(migration => migration.Version > current).ToList();
        foreach (var migration in missing)
            await ApplyAsync(transaction, migration, cancellationToken);

        return missing.Count;
    }

    private static async Task PreparePostgresAsync(StateTransaction transaction, CancellationToken cancellationToken)
    {
        await transaction.ExecuteAsync("select pg_advisory_xact_lock(@MigrationLock)", new { MigrationLock }, cancellationToken);
        var target = await transaction.FirstOrDefaultAsync<string>("select current_schema()", values: null, cancellationToken);
        // "if not exists" alone would ask for the right to create schemas even where one is there.
        if (target is null)
            await transaction.ExecuteAsync($"create schema {Name}", values: null, cancellationToken);
    }

    private static void RefuseNewer(long current)
    {
        var known = Migration.All[^1].Version;

        if (current > known)
            throw new Refusal(
                RefusalReason.Unavailable,
                $"The state database was written by a newer mmdr (its schema is {current}, this one knows {known}).",
                "Run the newer version, or point ConnectionStrings:State at another database.");
    }

    private async Task ApplyAsync(StateTransaction transaction, Migration migration, CancellationToken cancellationToken)
    {
        await transaction.ExecuteAsync(migration.Sql, values: null, cancellationToken);
        await transaction.ExecuteAsync(
            "insert into schema_versions (version, name, applied_at) values (@Version, @Name, @At)",
            new { migration.Version, migration.Name, At = time.GetUtcNow().ToUnixTimeMilliseconds() },
            cancellationToken);
    }
}
