using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MmDrBot.Access;
using MmDrBot.Audit;
using MmDrBot.Features.MattermostSetup;
using MmDrBot.Registration;
using MmDrBot.Settings;
using MmDrBot.TestKit.Files;
using MmDrBot.TestKit.Mattermost;
using MmDrBot.TestKit.Tools;
using MmDrBot.Tests.Jobs;

namespace MmDrBot.Tests.Setup;

/// <summary>A stand-in with an administrator and nothing of ours in it, and processes of ours beside one state.</summary>
internal sealed class SetupFixture : IAsyncDisposable
{
    internal const string Service = "http://127.0.0.1:8075";
    internal const string Address = Service + "/mattermost/commands";
    private readonly TempDirectory _directory = new();
    private readonly List<ServiceProvider> _processes = [];
    private readonly List<WebApplication> _services = [];

    internal RecordingLogs Logs { get; } = new();

    internal required MattermostStandIn Server { get; init; }

    internal StandInUser Admin { get; private set; } = null!;

    internal string Place(string name) => _directory.File(name);

    internal string Folder(string name) => _directory.Subdirectory(name);

    internal string StateFile => _directory.File("state.db");

    /// <summary>Further settings, for the processes that start from now on.</summary>
    internal Dictionary<string, string?> Settings { get; } = [];

    internal static async Task<SetupFixture> StartAsync()
    {
        var server = await MattermostStandIn.StartAsync(CancellationToken.None);
        return new SetupFixture { Server = server, Admin = server.AddUser("root", admin: true) };
    }

    public async ValueTask DisposeAsync()
    {
        Assert.Empty(Server.UnexpectedCalls);
        foreach (var service in _services)
        {
            await service.StopAsync();
            await service.DisposeAsync();
        }

        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }

        await Server.DisposeAsync();
        _directory.Dispose();
    }

    /// <summary>The rooms as a command or another replica has them.</summary>
    internal ServiceProvider Process(TimeProvider? time = null)
    {
        var (configuration, settings) = Load();
        var process = new ServiceCollection().AddLogging().AddSingleton(time ?? TimeProvider.System).AddRooms(configuration, settings).BuildServiceProvider();
        _processes.Add(process);
        return process;
    }

    /// <summary>The whole service, at an address of its own.</summary>
    internal async Task<WebApplication> ServeAsync()
    {
        Settings["Http:PublicUrl"] = Settings["Http:Listen"] = $"http://127.0.0.1:{LoopbackPort.Free()}";
        var (configuration, settings) = Load();
        var service = MmDrBotService.Build(configuration, settings);
        service.Services.GetRequiredService<ILoggerFactory>().AddProvider(Logs);
        await service.StartAsync();
        _services.Add(service);
        return service;
    }

    private (ConfigurationManager Configuration, AppSettings Settings) Load()
    {
        var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Mattermost:Url"] = Server.Url.ToString(),
            ["Http:PublicUrl"] = Service,
            ["ConnectionStrings:State"] = StateFile,
        });
        configuration.AddInMemoryCollection(Settings);
        var settings = AppSettings.Load(configuration);
        Assert.Empty(settings.Faults);
        return (configuration, settings);
    }

    /// <summary>A bot made by hand, whose token stands in the settings.</summary>
    internal StandInUser GiveToken(bool admin = true)
    {
        var bot = Server.AddBot("handmade", admin);
        Settings["Mattermost:Token"] = bot.Token;
        return bot;
    }

    internal Task<RegistrationResult> RegisterAsync(params string[] teams) => RegisterAsync(new RegisterRequest { Teams = teams });

    internal Task<RegistrationResult> RegisterAsync(RegisterRequest request, Actor? actor = null) =>
        Process().GetRequiredService<RegisterMattermost>().HandleAsync(request, actor ?? Actor.System, CancellationToken.None);

    internal async Task<Refusal> RefusedAsync(RegisterRequest request, Actor? actor = null) => await Assert.ThrowsAsync<Refusal>(() => RegisterAsync(request, actor));

    internal async Task<IReadOnlyList<string>> AuditAsync() =>
        [.. (await Process().GetRequiredService<AuditLog>().ListAsync(null, 100, CancellationToken.None)).Select(record => $"{record.Entry.Action} {record.Entry.Target}").Reverse()];

    internal Task<IReadOnlyList<TeamCommand>> BooksAsync() => Process().GetRequiredService<TeamCommandStore>().ListAsync(CancellationToken.None);

    /// <summary>How often Mattermost was told to change something.</summary>
    internal int Writes => Server.Calls.Count(call => !call.StartsWith("GET ", StringComparison.Ordinal));
}
