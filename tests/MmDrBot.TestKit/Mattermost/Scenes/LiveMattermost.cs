using System.Text.Json.Nodes;
using MmDrBot.TestKit.Postgres;
using Npgsql;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>
/// A real server, named by MMDR_TEST_MATTERMOST_URL, _TOKEN (of a system administrator) and _DATABASE, the last one as
/// <c>postgres://user:password@host:port/name</c>. It must allow bot accounts, access tokens, second factors, slash commands, overridden
/// names, and calls of 127.0.0.1, and listen there under its SiteURL. What it is furnished with is removed again.
/// </summary>
public static class LiveMattermost
{
    private const string Password = "Contract-pass-1";

    private static readonly string? _url = Environment.GetEnvironmentVariable("MMDR_TEST_MATTERMOST_URL");
    private static readonly string? _token = Environment.GetEnvironmentVariable("MMDR_TEST_MATTERMOST_TOKEN");
    private static readonly string? _database = Environment.GetEnvironmentVariable("MMDR_TEST_MATTERMOST_DATABASE");

    // $1 is the team, $2 the accounts. Each names both, since every parameter needs a type.
    private const string Channels = "(teamid = $1 OR (type = 'D' AND (split_part(name, '__', 1) = ANY($2) OR split_part(name, '__', 2) = ANY($2))))";
    private static readonly (string Table, string Where)[] _rows =
    [
        .. new[] { "posts", "channelmembers", "channelmemberhistory", "sidebarchannels", "commandwebhooks" }.Select(table => (table, $"channelid IN (SELECT id FROM channels WHERE {Channels}) OR userid = ANY($2)")),
        ("threads", $"channelid IN (SELECT id FROM channels WHERE {Channels})"),
        ("teammembers", "teamid = $1 OR userid = ANY($2)"),
        .. new[] { "sidebarcategories", "commands", "publicchannels" }.Select(table => (table, "teamid = $1 AND $2::text[] IS NOT NULL")),
        ("channels", Channels),
        ("teams", "id = $1 AND $2::text[] IS NOT NULL"),
        .. new[] { "useraccesstokens", "sessions", "preferences", "audits", "threadmemberships", "bots" }.Select(table => (table, "userid = ANY($2) AND $1::text IS NOT NULL")),
        ("users", "id = ANY($2) AND $1::text IS NOT NULL"),
        // Last: the server writes it when a client has gone.
        ("status", "userid = ANY($2) AND $1::text IS NOT NULL"),
    ];

    public static bool IsConfigured => !string.IsNullOrEmpty(_url) && !string.IsNullOrEmpty(_token) && !string.IsNullOrEmpty(_database);

    public static async Task<MattermostScene> FurnishAsync()
    {
        using var wire = new MattermostWire(new Uri(_url!));
        var run = Guid.NewGuid().ToString("n")[..12];

        var team = await PostAsync(wire, "teams", new() { ["name"] = "t" + run, ["display_name"] = "Contract " + run, ["type"] = "O" });
        var bot = await PostAsync(wire, "bots", new() { ["username"] = "bot" + run });
        var botId = (string)bot["user_id"]!;
        var token = await PostAsync(wire, $"users/{botId}/tokens", new() { ["description"] = "contract" });
        var person = await PostAsync(wire, "users", new() { ["username"] = "p" + run, ["email"] = $"p{run}@acme.example", ["password"] = Password });
        await PostAsync(wire, $"teams/{team["id"]}/members", new() { ["team_id"] = (string)team["id"]!, ["user_id"] = botId });
        var channel = await ChannelAsync(wire, team, "dr");
        await PostAsync(wire, $"channels/{channel}/members", new() { ["user_id"] = botId });

        return new()
        {
            Url = new Uri(_url!),
            DatabaseUri = _database!,
            AdminToken = _token!,
            BotToken = (string)token["token"]!,
            BotId = botId,
            PersonId = (string)person["id"]!,
            PersonName = (string)person["username"]!,
            PersonEmail = (string)person["email"]!,
            PersonPassword = Password,
            TeamId = (string)team["id"]!,
            TeamName = (string)team["name"]!,
            ChannelId = channel,
            ClosedChannelId = await ChannelAsync(wire, team, "board"),
            RegisterCommand = url => RegisterAsync((string)team["id"]!, url),
            NewestPost = () => NewestPostAsync(channel),
        };
    }

    /// <summary>
    /// Takes the furniture of one test out, and the accounts that were made beside it: first by the API, so that no token works any
    /// more, then the rows that it leaves.
    /// </summary>
    public static async Task ClearAsync(MattermostScene scene, params IReadOnlyList<string> accounts)
    {
        using var wire = new MattermostWire(scene.Url);
        string[] people = [scene.BotId, scene.PersonId, .. accounts];

        foreach (var path in people.Select(id => $"users/{id}").Append($"teams/{scene.TeamId}"))
            await wire.CallAsync("DELETE", path, token: scene.AdminToken);

        await using var database = NpgsqlDataSource.Create(PostgresUri.ToConnectionString(_database!));
        foreach (var (table, where) in _rows)
        {
            await using var exists = database.CreateCommand("SELECT to_regclass($1)::text");
            exists.Parameters.Add(new() { Value = table });

            if (await exists.ExecuteScalarAsync() is not string)
                continue;

            await using var delete = database.CreateCommand($"DELETE FROM {table} WHERE {where}");
            delete.Parameters.Add(new() { Value = scene.TeamId });
            delete.Parameters.Add(new() { Value = people });
            await delete.ExecuteNonQueryAsync();
        }
    }

    private static async Task<string> RegisterAsync(string teamId, Uri url)
    {
        using var wire = new MattermostWire(new Uri(_url!));
        var command = await PostAsync(wire, "commands", new() { ["team_id"] = teamId, ["trigger"] = "dr", ["method"] = "P", ["url"] = url.AbsoluteUri });

        return (string)command["token"]!;
    }

    private static async Task<JsonObject> NewestPostAsync(string channelId)
    {
        using var wire = new MattermostWire(new Uri(_url!));
        var page = await wire.MustAsync("GET", $"channels/{channelId}/posts?per_page=1", token: _token);

        return page["posts"]![(string)page["order"]![0]!]!.AsObject();
    }

    private static async Task<string> ChannelAsync(MattermostWire wire, JsonNode team, string name)
    {
        var channel = await PostAsync(wire, "channels", new() { ["team_id"] = (string)team["id"]!, ["name"] = name, ["display_name"] = name, ["type"] = "P" });

        return (string)channel["id"]!;
    }

    private static Task<JsonNode> PostAsync(MattermostWire wire, string path, JsonObject body) => wire.MustAsync("POST", path, body, _token);
}
