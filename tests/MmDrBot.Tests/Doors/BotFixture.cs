using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MmDrBot.Access;
using MmDrBot.ApiKeys;
using MmDrBot.Data;
using MmDrBot.Protection;
using MmDrBot.Settings;
using MmDrBot.TestKit.Files;
using MmDrBot.TestKit.Mattermost;
using MmDrBot.TestKit.Postgres;
using MmDrBot.TestKit.Samples;
using MmDrBot.Tests.Jobs;

namespace MmDrBot.Tests.Doors;

/// <summary>The real service on loopback, over a real database, directory and repository; only Mattermost itself is a stand-in.</summary>
public sealed class BotFixture : IAsyncLifetime
{
    internal const string CommandToken = "commandtokencommandtoken12";
    internal const string Passphrase = "a-passphrase-that-must-not-leak";

    private readonly TempDirectory _directory = new();
    private WebApplication _app = null!;
    private TestDatabase _database = null!;

    internal MattermostStandIn Mattermost { get; private set; } = null!;

    internal SampleMattermost Sample { get; private set; } = null!;

    internal StandInUser Admin { get; private set; } = null!;

    internal StandInUser Plain { get; private set; } = null!;

    internal StandInUser Bot { get; private set; } = null!;

    internal StandInChannel Channel { get; private set; } = null!;

    internal string Address { get; private set; } = "";

    internal RecordingLogs Logs { get; } = new();

    internal IServiceProvider Services => _app.Services;

    public async Task InitializeAsync()
    {
        _database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        Sample = await SampleMattermost.CreateAsync(new SampleOptions { Posts = 100, Files = 8 }, _database.Uri, _directory.Subdirectory("mattermost"));
        Mattermost = await MattermostStandIn.StartAsync(new StandInOptions(), CancellationToken.None);
        Admin = Mattermost.AddUser("ada", admin: true);
        Plain = Mattermost.AddUser("bob");
        Bot = Mattermost.AddBot("drbot");
        Channel = Mattermost.AddChannel("operations", isPrivate: false, readOnly: false, Admin, Plain, Bot);
        await StartAsync();
        Mattermost.RegisterCommand(new Uri(Address + "/mattermost/commands"), CommandToken, "dr", Admin);
    }

    public async Task DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        await Mattermost.DisposeAsync();
        await _database.DisposeAsync();
        _directory.Dispose();
    }

    internal async Task<CommandOutcome> TypeAsync(string text, StandInUser? user = null, StandInChannel? channel = null) =>
        await Mattermost.ExecuteCommandAsync(user ?? Admin, channel ?? Channel, text, CancellationToken.None);

    internal async Task<HttpClient> ApiAsync(params Permission[] permissions)
    {
        var issued = await Services.GetRequiredService<StateDatabase>().InTransactionAsync(
            (transaction, token) => Services.GetRequiredService<ApiKeyStore>().CreateAsync(transaction, new NewApiKey("test", permissions.ToHashSet()), Actor.System, token), CancellationToken.None);
        return new HttpClient { BaseAddress = new Uri(Address), DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", issued.Secret) } };
    }

    private async Task StartAsync()
    {
        var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Mattermost:Directory"] = Sample.Directory,
            ["Mattermost:Url"] = Mattermost.Url.ToString(),
            ["Mattermost:Token"] = Bot.Token,
            ["Mattermost:CommandTokens:0"] = "anothertokenanothertoken12",
            ["Mattermost:CommandTokens:1"] = CommandToken,
            ["Repository:Url"] = $"file://{_directory.File("repository")}",
            ["Repository:Passphrase"] = Passphrase,
            ["ConnectionStrings:State"] = _directory.File("state.db"),
            ["Http:Listen"] = "http://127.0.0.1:0",
        });
        _app = MmDrBotService.Build(configuration, AppSettings.Load(configuration));
        _app.Services.GetRequiredService<ILoggerFactory>().AddProvider(Logs);
        await _app.Services.GetRequiredService<RepositoryProvider>().InitializeAsync(CancellationToken.None);
        await _app.StartAsync();
        Address = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
    }
}
