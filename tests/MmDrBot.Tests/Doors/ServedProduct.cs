using System.Diagnostics;
using System.Text.Json.Nodes;
using MmDrBot.TestKit.Mattermost;
using MmDrBot.TestKit.Postgres;
using MmDrBot.TestKit.Tools;
using MmDrBot.Tests.Cli;
using MmDrBot.Tests.Data;

namespace MmDrBot.Tests.Doors;

/// <summary>The real program, served beside a Mattermost that knows nothing of it but what it registers by itself.</summary>
internal sealed class ServedProduct : IAsyncDisposable
{
    internal const string StandIn = "stand-in";
    internal const string Real = "real server";
    private readonly CliFixture _bench = new() { Options = new() { Posts = 40, Files = 6, TotalBytes = 200_000 } };
    private MattermostStandIn? _standIn;
    private Process? _service;
    private string? _bot;

    /// <summary>The stand-in, and the real server where the environment names one.</summary>
    internal static TheoryData<string> Servers => LiveMattermost.IsConfigured ? [StandIn, Real] : [StandIn];

    /// <summary>Where the service listens.</summary>
    internal string Address => _bench.Settings["MMDR_Http__Listen"];

    internal MattermostScene Scene { get; private set; } = null!;

    internal SceneAccounts Accounts { get; private set; } = null!;

    internal SignedInPerson Admin { get; private set; } = null!;

    /// <summary>Is in the team and in the channel, and has no role.</summary>
    internal SignedInPerson Plain { get; private set; } = null!;

    internal static async Task<ServedProduct> FurnishAsync(string server)
    {
        var product = new ServedProduct();
        await product._bench.InitializeAsync();
        product.Scene = server == Real ? await LiveMattermost.FurnishAsync() : await product.FurnishStandInAsync();
        product.Accounts = new(product.Scene);
        product.Admin = await SignedInPerson.ArriveAsync(product.Scene, product.Scene.AdminToken);
        product.Plain = await product.WelcomeAsync();
        product.Configure(server);
        return product;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Admin.DisposeAsync();
        await Plain.DisposeAsync();
        await Accounts.DisposeAsync();
        if (_standIn is null)
        {
            await LiveMattermost.ClearAsync(Scene, _bot is null ? [] : [_bot]);
        }
        else
        {
            Assert.Empty(_standIn.UnexpectedCalls);
            await _standIn.DisposeAsync();
        }

        await _bench.DisposeAsync();
    }

    internal Task<ToolResult> MustAsync(params string[] arguments) => _bench.MustAsync(arguments);

    internal Task<JsonNode> JsonAsync(params string[] arguments) => _bench.JsonAsync(arguments);

    /// <summary>What the doctor finds of an area; other areas may be ill.</summary>
    internal async Task<IReadOnlyList<JsonNode>> DoctorAsync(string area) =>
        [.. JsonNode.Parse((await _bench.RunAsync("doctor", "--json")).Output)!["findings"]!.AsArray().OfType<JsonNode>().Where(finding => (string?)finding["area"] == area)];

    /// <summary>Makes the bot account as a newcomer does, with an administrator's token, and invites it into the channel.</summary>
    internal async Task<JsonNode> MakeBotAsync()
    {
        var file = _bench.Place("admin-token");
        await File.WriteAllTextAsync(file, Scene.AdminToken);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var made = await JsonAsync("mattermost", "register", "--team", Scene.TeamName, "--admin-token-file", file);
        _bot = (string)made["bot"]!["userId"]!;
        await Admin.MustAsync("POST", $"channels/{Scene.ChannelId}/members", new JsonObject { ["user_id"] = _bot });
        return made;
    }

    /// <summary>Starts the service, and waits until it is ready.</summary>
    internal async Task ServeAsync()
    {
        var log = _bench.Place("serve.log");
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$0\" serve >\"$1\" 2>&1", CliFixture.Program, log]);
        foreach (var (name, value) in _bench.Settings)
        {
            start.Environment[name] = value;
        }

        _service = Process.Start(start)!;
        using var http = new HttpClient { BaseAddress = new Uri(Address) };
        await Eventually.IsTrueAsync(async () =>
        {
            Assert.False(_service.HasExited, _service.HasExited ? await File.ReadAllTextAsync(log) : "");
            return await IsReadyAsync(http);
        });
    }

    internal async Task StopAsync()
    {
        if (_service is { } service)
        {
            await Tool.RunAsync("kill", [$"{service.Id}"]);
            await service.WaitForExitAsync();
            service.Dispose();
            _service = null;
        }
    }

    /// <summary>Waits for a post of the bot that says this.</summary>
    internal Task<JsonObject> PostAsync(params string[] words) => PostAsync(null, words);

    /// <summary>The same, and until it has the button: buttons come once a post is there, since they belong to it.</summary>
    internal async Task<JsonObject> PostAsync(string? button, string[] words)
    {
        JsonObject? found = null;
        await Eventually.IsTrueAsync(async () =>
        {
            found = (await Admin.PostsAsync()).FirstOrDefault(post => (string?)post["user_id"] == _bot && words.All(word => ((string)post["message"]!).Contains(word, StringComparison.Ordinal)) && (button is null || SignedInPerson.ButtonOf(post, button) is not null));
            return found is not null;
        });
        return found!;
    }

    /// <summary>Waits for a message that only this person sees.</summary>
    internal static async Task<string> WhisperAsync(SignedInPerson person, string words)
    {
        string? Find() => person.Whispers.LastOrDefault(text => text.Contains(words, StringComparison.Ordinal));
        await Eventually.IsTrueAsync(() => Task.FromResult(Find() is not null));
        return Find()!;
    }

    /// <summary>Waits for the next form after those that a person has seen.</summary>
    internal static async Task<StandInDialog> FormAsync(SignedInPerson person, int seen, string title)
    {
        await Eventually.IsTrueAsync(() => Task.FromResult(person.Dialogs.Count > seen));
        Assert.Equal(title, person.Dialogs[seen].Title);
        return person.Dialogs[seen];
    }

    /// <summary>The addresses in messages that Mattermost looked at and keeps.</summary>
    internal async Task<IReadOnlyList<string>> PreviewedLinksAsync() => _standIn?.PreviewedLinks ?? await Accounts.PreviewedLinksAsync();

    internal async Task<IReadOnlyList<string>> AuditAsync() =>
        [.. (await JsonAsync("audit", "--limit", "100"))["entries"]!.AsArray().Select(entry => $"{entry!["actor"]} {entry["action"]}")];

    private async Task<MattermostScene> FurnishStandInAsync()
    {
        _standIn = await MattermostStandIn.StartAsync(new StandInOptions { Database = PostgresUri.ToConnectionString(_bench.Sample.DatabaseUri) }, CancellationToken.None);
        return _standIn.Furnish(_bench.Sample.DatabaseUri);
    }

    private async Task<SignedInPerson> WelcomeAsync()
    {
        await Admin.CallAsync("POST", $"teams/{Scene.TeamId}/members", new JsonObject { ["team_id"] = Scene.TeamId, ["user_id"] = Scene.PersonId });
        await Admin.MustAsync("POST", $"channels/{Scene.ChannelId}/members", new JsonObject { ["user_id"] = Scene.PersonId });
        var session = await Accounts.CallAsync("POST", "users/login", new JsonObject { ["login_id"] = Scene.PersonName, ["password"] = Scene.PersonPassword });
        return await SignedInPerson.ArriveAsync(Scene, session.Token ?? throw new InvalidOperationException($"The person may not sign in: {session.Body}"));
    }

    private void Configure(string server)
    {
        var settings = _bench.Settings;
        settings["MMDR_Mattermost__Url"] = Scene.Url.ToString();
        settings["MMDR_Mattermost__BotName"] = "dr" + Guid.NewGuid().ToString("n")[..12];
        settings["MMDR_Mattermost__Teams__0"] = Scene.TeamName;
        settings["MMDR_Announcements__Channel"] = Scene.ChannelId;
        settings["MMDR_Http__Listen"] = settings["MMDR_Http__PublicUrl"] = $"http://127.0.0.1:{LoopbackPort.Free()}";
        settings["MMDR_Schedules__BuiltIn"] = "false";
        if (server == Real)
        {
            settings["MMDR_Mattermost__Directory"] = WriteConfig();
        }
    }

    /// <summary>The real server's database under a directory of our own: where its files lie is nothing that a test knows.</summary>
    private string WriteConfig()
    {
        var directory = _bench.Folder("real");
        Directory.CreateDirectory(Path.Combine(directory, "config"));
        Directory.CreateDirectory(Path.Combine(directory, "data"));
        var config = new JsonObject
        {
            ["SqlSettings"] = new JsonObject { ["DriverName"] = "postgres", ["DataSource"] = Scene.DatabaseUri.Contains('?', StringComparison.Ordinal) ? Scene.DatabaseUri : $"{Scene.DatabaseUri}?sslmode=disable" },
            ["FileSettings"] = new JsonObject { ["DriverName"] = "local", ["Directory"] = "./data/" },
        };
        File.WriteAllText(Path.Combine(directory, "config", "config.json"), config.ToJsonString());
        return directory;
    }

    private static async Task<bool> IsReadyAsync(HttpClient http)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri("/healthz/ready", UriKind.Relative));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
