using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MmDrBot.TestKit.Postgres;
using Npgsql;

namespace MmDrBot.Mattermost.Tests;

/// <summary>
/// A real server, named by MMDR_TEST_MATTERMOST_URL, _TOKEN (of a system administrator) and _DATABASE, the last one as
/// <c>postgres://user:password@host:port/name</c>. It must allow bot accounts, access tokens, second factors, slash commands, overridden
/// names, and calls of 127.0.0.1, and listen there under its SiteURL. What it is furnished with is removed again.
/// </summary>
internal static class LiveMattermost
{
    private static readonly string? _url = Environment.GetEnvironmentVariable("MMDR_TEST_MATTERMOST_URL");
    private static readonly string? _token = Environment.GetEnvironmentVariable("MMDR_TEST_MATTERMOST_TOKEN");
    private static readonly string? _database = Environment.GetEnvironmentVariable("MMDR_TEST_MATTERMOST_DATABASE");

    public static bool IsConfigured => !string.IsNullOrEmpty(_url) && !string.IsNullOrEmpty(_token) && !string.IsNullOrEmpty(_database);

    public static async Task<MattermostScene> FurnishAsync()
    {
        using var http = Http();
        var run = Guid.NewGuid().ToString("n")[..12];

        var team = await PostAsync(http, "teams", new() { ["name"] = "t" + run, ["display_name"] = "Contract " + run, ["type"] = "O" });
        var bot = await PostAsync(http, "bots", new() { ["username"] = "bot" + run });
        var botId = (string)bot["user_id"]!;
        var token = await PostAsync(http, $"users/{botId}/tokens", new() { ["description"] = "contract" });
        var person = await PostAsync(http, "users", new() { ["username"] = "p" + run, ["email"] = $"p{run}@acme.example", ["password"] = "Contract-pass-1" });
        await PostAsync(http, $"teams/{team["id"]}/members", new() { ["team_id"] = (string)team["id"]!, ["user_id"] = botId });
        var channel = await ChannelAsync(http, team, "dr");
        await PostAsync(http, $"channels/{channel}/members", new() { ["user_id"] = botId });

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
            TeamId = (string)team["id"]!,
            ChannelId = channel,
            ClosedChannelId = await ChannelAsync(http, team, "board"),
            RegisterCommand = url => RegisterAsync((string)team["id"]!, url),
            NewestPost = () => NewestPostAsync(channel),
        };
    }

    /// <summary>Takes the furniture of one test out: first by the API, so that no token works any more, then the rows that it leaves.</summary>
    public static async Task ClearAsync(MattermostScene scene)
    {
        using var http = Http();
        foreach (var path in new[] { $"users/{scene.BotId}", $"users/{scene.PersonId}", $"teams/{scene.TeamId}" })
        {
            using var answer = await http.DeleteAsync(new Uri(path, UriKind.Relative));
        }

        await using var database = NpgsqlDataSource.Create(PostgresUri.ToConnectionString(_database!));
        await ContractTraces.RemoveAsync(database, scene.TeamId, [scene.BotId, scene.PersonId]);
    }

    private static HttpClient Http()
    {
        var http = new HttpClient { BaseAddress = new Uri(_url!.TrimEnd('/') + "/api/v4/") };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _token);

        return http;
    }

    private static async Task<string> RegisterAsync(string teamId, Uri url)
    {
        using var http = Http();
        var command = await PostAsync(http, "commands", new() { ["team_id"] = teamId, ["trigger"] = "dr", ["method"] = "P", ["url"] = url.AbsoluteUri });

        return (string)command["token"]!;
    }

    private static async Task<JsonObject> NewestPostAsync(string channelId)
    {
        using var http = Http();
        var page = (await http.GetFromJsonAsync<JsonObject>($"channels/{channelId}/posts?per_page=1"))!;

        return page["posts"]![(string)page["order"]![0]!]!.AsObject();
    }

    private static async Task<string> ChannelAsync(HttpClient http, JsonObject team, string name)
    {
        var channel = await PostAsync(http, "channels", new() { ["team_id"] = (string)team["id"]!, ["name"] = name, ["display_name"] = name, ["type"] = "P" });

        return (string)channel["id"]!;
    }

    private static async Task<JsonObject> PostAsync(HttpClient http, string path, JsonObject body)
    {
        using var answer = await http.PostAsJsonAsync(path, body);
        answer.EnsureSuccessStatusCode();

        return (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
    }
}
