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
        await SceneTraces.RemoveAsync(database, scene.TeamId, people);
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
