using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MmDrBot.Access;
using MmDrBot.ApiKeys;
using MmDrBot.Audit;
using MmDrBot.Features.ApiAccess;
using MmDrBot.Jobs;
using MmDrBot.Protection;
using MmDrBot.Settings;
using MmDrBot.TestKit.Files;
using MmDrBot.TestKit.Mattermost;
using MmDrBot.TestKit.Postgres;
using MmDrBot.TestKit.Samples;
using MmDrBot.Tests.Data;
using MmDrBot.Tests.Jobs;

namespace MmDrBot.Tests.Host;

/// <summary>The real service beside a small Mattermost: database, files, a repository on disk, and a stand-in for its API.</summary>
public partial class BotFixture : IAsyncLifetime
{
    internal const string Passphrase = "nobody-may-see-this-passphrase-7391";
    internal const string CommandToken = "commandtokencommandtoken42";
    private readonly TempDirectory _directory = new();
    private TestDatabase _database = null!;
    private WebApplication _app = null!;
    private readonly List<TestDatabase> _further = [];

    internal MattermostStandIn Mattermost { get; private set; } = null!;

    internal StandInUser Admin { get; private set; } = null!;

    internal StandInUser Plain { get; private set; } = null!;

    internal StandInUser Bot { get; private set; } = null!;

    internal StandInChannel Channel { get; private set; } = null!;

    internal SampleMattermost Sample { get; private set; } = null!;

    internal RecordingLogs Logs { get; } = new();

    internal Uri Url => new(_app.Urls.First());

    internal string RepositoryDirectory => _directory.File("repository");

    /// <summary>A key that may do all that a key may.</summary>
    internal string FullKey { get; private set; } = "";

    /// <summary>What must never be shown to anybody.</summary>
    internal IReadOnlyList<string> Secrets =>
        [Passphrase, CommandToken, Bot.Token, FullKey, Uri.UnescapeDataString(new Uri(Sample.DatabaseUri).UserInfo.Split(':')[1])];

    internal T Get<T>() where T : notnull => _app.Services.GetRequiredService<T>();

    public async Task InitializeAsync()
    {
        _database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        Sample = await SampleMattermost.CreateAsync(new SampleOptions { Posts = 60, Files = 8, TotalBytes = 300_000 }, _database.Uri, _directory.Subdirectory("mattermost"));
        Mattermost = await MattermostStandIn.StartAsync(CancellationToken.None);
        Admin = Mattermost.AddUser("alice", admin: true);
        Plain = Mattermost.AddUser("bob");
        Bot = Mattermost.AddBot();
        Channel = Mattermost.AddChannel("operations", members: [Admin, Plain, Bot]);
        await StartAsync(await FurtherSettingsAsync());
    }

    /// <summary>What a fixture sets besides, before the service starts.</summary>
    private protected virtual Task<Dictionary<string, string?>> FurtherSettingsAsync() => Task.FromResult(new Dictionary<string, string?>());

    internal string Place(string relative) => _directory.File(relative);

    internal TestDatabase Database => _database;

    public async Task DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        await Mattermost.DisposeAsync();
        await _database.DisposeAsync();
        foreach (var database in _further)
        {
            await database.DisposeAsync();
        }

        _directory.Dispose();
    }

    internal Task<CommandOutcome> TypeAsync(string line, StandInUser? user = null, StandInChannel? channel = null) =>
        Mattermost.ExecuteCommandAsync(user ?? Admin, channel ?? Channel, line, CancellationToken.None);

    /// <summary>Types a command that starts a job, and gives the job's end.</summary>
    internal async Task<Job> TypeJobAsync(string line) => await EndOfAsync(JobIdIn((await TypeAsync(line)).Text));

    internal static string JobIdIn(string text) => JobId().Match(text) is { Success: true } found ? found.Groups[1].Value : throw new InvalidOperationException($"No job in: {text}");

    internal async Task<Job> EndOfAsync(string id)
    {
        await Eventually.IsTrueAsync(async () => (await JobAsync(id)).IsOver);
        return await JobAsync(id);
    }

    internal Task<Job> JobAsync(string id) => Get<JobStore>().GetAsync(id, CancellationToken.None);

    internal StandInPost? PostOf(string jobId) => Mattermost.Posts.SingleOrDefault(post => post.Message.Contains(jobId, StringComparison.Ordinal));

    /// <summary>Waits until the job's one post holds the words.</summary>
    internal async Task<StandInPost> PostSayingAsync(string jobId, string words)
    {
        await Eventually.IsTrueAsync(() => Task.FromResult(PostOf(jobId)?.Message.Contains(words, StringComparison.Ordinal) == true));
        return PostOf(jobId)!;
    }

    /// <summary>A backup can't get beyond the locks on Mattermost's tables until this is disposed.</summary>
    internal async Task<IAsyncDisposable> HoldBackupsAsync()
    {
        var connection = await _database.OpenAsync();
        await using var command = new Npgsql.NpgsqlCommand("begin; lock table posts in access exclusive mode", connection);
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    internal HttpClient Client(string? key = null)
    {
        var client = new HttpClient { BaseAddress = Url };
        client.DefaultRequestHeaders.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    internal async Task<string> NewKeyAsync(params Permission[] permissions) =>
        (await Get<ManageApiKeys>().CreateAsync(new NewApiKey("test", permissions.ToHashSet(), null), Actor.System, CancellationToken.None)).Secret;

    /// <summary>The address of a database to restore into, which goes with the fixture.</summary>
    internal async Task<string> EmptyDatabaseAsync()
    {
        var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        _further.Add(database);
        return $"{database.Uri}?sslmode=disable";
    }

    internal Task<IReadOnlyList<AuditRecord>> AuditAsync() => Get<AuditLog>().ListAsync(null, 1000, CancellationToken.None);

    /// <summary>The id of a restore point, taken now if there is none.</summary>
    internal async Task<string> AnyRestorePointAsync()
    {
        var repository = await Get<RepositoryProvider>().OpenAsync(CancellationToken.None);
        var points = await repository.RestorePointsAsync((_, _) => { }, CancellationToken.None);
        return points.Count > 0 ? points[^1].Id.ToString() : ResultOf(await TypeJobAsync("/dr backup"), "restorePoint");
    }

    internal static string ResultOf(Job job, string name) => System.Text.Json.Nodes.JsonNode.Parse(job.ResultJson!)![name]!.ToString();

    /// <summary>The same settings for the program as a child process.</summary>
    internal IReadOnlyDictionary<string, string> ChildSettings { get; private set; } = new Dictionary<string, string>();

    private async Task StartAsync(Dictionary<string, string?> further)
    {
        var configuration = new ConfigurationManager();
        var settings = new Dictionary<string, string?>
        {
            ["Mattermost:Directory"] = Sample.Directory,
            ["Mattermost:Url"] = Mattermost.Url.ToString(),
            ["Mattermost:Token"] = Bot.Token,
            ["Mattermost:CommandTokens:0"] = "tokenofanotherteamscommand",
            ["Mattermost:CommandTokens:1"] = CommandToken,
            ["Repository:Url"] = $"file://{RepositoryDirectory}",
            ["Repository:Passphrase"] = Passphrase,
            ["ConnectionStrings:State"] = _directory.File("state.db"),
            ["Http:Listen"] = "http://127.0.0.1:0",
            ["Approvals:Prune"] = "false",
            ["Approvals:RestoreInPlace"] = "false",
            ["Chat:CommandsPerMinute"] = "60000",
            ["Http:RequestsPerMinute"] = "1000000",
            ["Http:UnknownRequestsPerMinute"] = "1000000",
            ["Schedules:BuiltIn"] = "false",
            ["Webhooks:AllowedNetworks:0"] = "127.0.0.0/8",
            ["Logging:LogLevel:Default"] = "Information",
        };
        foreach (var (name, value) in further)
        {
            settings[name] = value;
        }

        configuration.AddInMemoryCollection(settings);
        ChildSettings = settings.Where(setting => !setting.Key.StartsWith("Logging", StringComparison.Ordinal)).ToDictionary(setting => $"MMDR_{setting.Key.Replace(":", "__", StringComparison.Ordinal)}", setting => setting.Value ?? "");
        _app = MmDrBotService.Build(configuration, AppSettings.Load(configuration));
        Get<ILoggerFactory>().AddProvider(Logs);
        await Get<RepositoryProvider>().InitializeAsync(CancellationToken.None);
        await _app.StartAsync();
        Mattermost.RegisterCommand(new Uri(Url, "/mattermost/commands"), CommandToken, creator: Admin);
        FullKey = await NewKeyAsync(ManageApiKeys.Grantable);
    }

    [GeneratedRegex("job `([0-9a-z]{26})`")]
    private static partial Regex JobId();
}

/// <summary>Tests that share one service, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class BotCollection : ICollectionFixture<BotFixture>
{
    internal const string Name = "bot";
}
