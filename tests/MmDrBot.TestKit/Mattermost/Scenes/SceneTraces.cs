using Npgsql;
using NpgsqlTypes;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>Takes out of a server's database what accounts, and a team where there was one, have left in it.</summary>
internal static class SceneTraces
{
    // Tests make commands of this team that does not exist: the server does not look.
    private const string NoTeam = "xxxxxxxxxxxxxxxxxxxxxxxxxx";

    // $1 is the team, $2 the accounts.
    private const string Channels = "SELECT id FROM channels WHERE teamid = $1 OR (type = 'D' AND string_to_array(name, '__') && $2)";
    private const string InChannels = $"channelid IN ({Channels}) OR userid = ANY($2)";
    private const string OfAccounts = "userid = ANY($2)";

    private static readonly (string Table, string Where)[] _rows =
    [
        ("posts", InChannels),
        ("channelmembers", InChannels),
        ("channelmemberhistory", InChannels),
        ("sidebarchannels", InChannels),
        ("commandwebhooks", InChannels),
        ("threads", $"channelid IN ({Channels})"),
        ("teammembers", "teamid = $1 OR userid = ANY($2)"),
        ("sidebarcategories", "teamid = $1 OR userid = ANY($2)"),
        ("commands", $"teamid IN ($1, '{NoTeam}')"),
        ("publicchannels", "teamid = $1"),
        ("channels", $"id IN ({Channels})"),
        ("teams", "id = $1"),
        ("tokens", "EXISTS (SELECT 1 FROM unnest($2) account WHERE extra LIKE '%' || account || '%')"),
        ("preferences", "userid = ANY($2) OR name = ANY($2)"),
        ("useraccesstokens", OfAccounts),
        ("sessions", OfAccounts),
        ("audits", OfAccounts),
        ("threadmemberships", OfAccounts),
        ("bots", OfAccounts),
        ("users", "id = ANY($2)"),
        // Last: the server writes it when a client has gone.
        ("status", OfAccounts),
    ];

    public static async Task RemoveAsync(NpgsqlDataSource database, string? team, string[] accounts)
    {
        var tables = await TablesAsync(database);

        // What stands in for a server has few of them, and the server's releases differ.
        foreach (var (table, where) in _rows.Where(row => tables.Contains(row.Table) && (tables.Contains("channels") || !row.Where.Contains(Channels, StringComparison.Ordinal))))
        {
            await using var delete = database.CreateCommand($"WITH typed AS (SELECT $1::text, $2::text[]) DELETE FROM {table} WHERE {where}");
            delete.Parameters.Add(new() { Value = (object?)team ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
            delete.Parameters.Add(new() { Value = accounts });
            await delete.ExecuteNonQueryAsync();
        }
    }

    private static async Task<HashSet<string>> TablesAsync(NpgsqlDataSource database)
    {
        await using var list = database.CreateCommand("SELECT tablename FROM pg_tables WHERE schemaname = 'public'");
        await using var rows = await list.ExecuteReaderAsync();
        var tables = new HashSet<string>();

        while (await rows.ReadAsync())
            tables.Add(rows.GetString(0));

        return tables;
    }
}
