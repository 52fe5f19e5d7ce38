using System.Text.RegularExpressions;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Restore;
using MmDrBot.Engine.Sources.Postgres;
using Npgsql;

namespace MmDrBot.Engine.Verification.Drilling;

/// <summary>Looks at the restored database's migrations, indexes and keys, and at a sample of its posts.</summary>
internal sealed partial class SchemaChecks(DrillWork work, DatabaseComponent source, PostgresAddress address)
{
    private const string Invalid = """
        SELECT n.nspname || '.' || c.relname FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE NOT (i.indisvalid AND i.indisready AND i.indislive) ORDER BY 1
        """;

    private const string Present = """
        SELECT 'INDEX', n.nspname || ' ' || c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('i', 'I')
        UNION ALL
        SELECT CASE k.contype WHEN 'f' THEN 'FK CONSTRAINT' ELSE 'CONSTRAINT' END, n.nspname || ' ' || c.relname || ' ' || k.conname
        FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        """;

    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        var findings = work.Findings;
        await using var connection = await PostgresConnection.OpenAsync(address, cancellationToken);
        await findings.LookAsync("migrations", () => MigrationsAsync(connection, cancellationToken));
        await findings.LookAsync("indexes", () => IndexesAsync(connection, cancellationToken));
        await findings.LookAsync("posts", () => PostsAsync(connection, cancellationToken));
    }

    private async Task MigrationsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (source.SchemaVersion is not { } wanted || source.Tables.FirstOrDefault(table => table.Name == "db_migrations" && table.Columns.Contains("version")) is not { } table)
        {
            work.Findings.NotProven("migrations", "The database has no db_migrations: it is of a Mattermost before 6.0, or of none.");
            return;
        }

        var found = await connection.ScalarAsync<long>($"SELECT COALESCE(max(version::bigint), 0) FROM {Sql.Name(table.Schema, table.Name)}", cancellationToken);
        work.Findings.Judge("migrations", found == wanted ? [] : [$"db_migrations is at {found} where the manifest says {wanted}"], $"db_migrations is at {found}.");
    }

    private async Task IndexesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var invalid = await connection.QueryAsync(Invalid, row => $"{row.GetString(0)} is not valid", cancellationToken);
        var present = await connection.QueryAsync(Present, row => (Kind: row.GetString(0), Name: row.GetString(1)), cancellationToken);
        var names = present.ToLookup(item => item.Kind, item => item.Name);
        var known = names.ToDictionary(group => group.Key, group => group.ToHashSet(StringComparer.Ordinal));
        var expected = await ExpectedAsync(connection, cancellationToken);
        var missing = expected.Where(item => !known.TryGetValue(item.Kind, out var set) || !IsThere(item.Name, set)).Select(item => $"{item.Name} ({(item.Kind == "INDEX" ? "index" : "key")}) is missing");
        work.Findings.Judge("indexes", [.. invalid, .. missing], $"{expected.Count} indexes and keys are there and valid.");
    }

    /// <summary>The table of contents ends in the owner, and names may hold blanks: some beginning of the words has to be one of ours.</summary>
    private static bool IsThere(string words, HashSet<string> present)
    {
        for (var end = words.LastIndexOf(' '); end > 0; end = words.LastIndexOf(' ', end - 1))
        {
            if (present.Contains(words[..end]))
            {
                return true;
            }
        }

        return false;
    }

    private async Task<IReadOnlyList<(string Kind, string Name)>> ExpectedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        using var workspace = new Workspace();
        var archive = new ArchiveRestorer(PostgresTools.ForServer(Math.Max(connection.MajorVersion(), source.Major)), address, _ => { });
        var lines = await archive.ListAsync(await workspace.WriteAsync("post-data", source.PostData, work.Streams, cancellationToken), cancellationToken);
        return [.. lines.Select(line => Entry().Match(line)).Where(match => match.Success).Select(match => (match.Groups["kind"].Value, match.Groups["name"].Value))];
    }

    private async Task PostsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (source.Tables.FirstOrDefault(table => table.Name == "posts" && table.Columns.Contains("channelid")) is not { Rows: > 0 } posts)
        {
            work.Findings.NotProven("posts", source.Tables.Any(table => table.Name == "posts") ? "There are no posts, or not as Mattermost keeps them." : "The database has no table posts.");
            return;
        }

        string Name(string table) => Sql.Name(posts.Schema, table);
        var sample = $"(SELECT id, userid, channelid, message FROM {Name("posts")} ORDER BY createat DESC LIMIT 100) UNION (SELECT id, userid, channelid, message FROM {Name("posts")} ORDER BY id LIMIT 100)";
        var (all, whole) = (await connection.QueryAsync(
            $"SELECT count(*), count(*) FILTER (WHERE u.username <> '' AND c.id IS NOT NULL AND p.message IS NOT NULL) FROM ({sample}) p LEFT JOIN {Name("users")} u ON u.id = p.userid LEFT JOIN {Name("channels")} c ON c.id = p.channelid",
            row => (row.GetInt64(0), row.GetInt64(1)),
            cancellationToken))[0];
        if (whole * 2 < all || all == 0)
        {
            work.Findings.Failed("posts", $"Of a sample of {all} posts only {whole} have their author and channel.");
        }
        else
        {
            work.Findings.Passed("posts", whole == all ? $"A sample of {all} reads, with author and channel." : $"A sample of {all} reads; {all - whole} of them have no author or channel, as on the server.");
        }
    }

    [GeneratedRegex(@"^\d+; \d+ \d+ (?<kind>INDEX|CONSTRAINT|FK CONSTRAINT) (?!ATTACH )(?<name>\S.*)$")]
    private static partial Regex Entry();
}
