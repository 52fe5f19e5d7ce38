using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MmDrBot.Access;
using MmDrBot.Features.ApiAccess;
using MmDrBot.Settings;
using MmDrBot.TestKit.Files;
using MmDrBot.Tests.Jobs;

namespace MmDrBot.Tests.Api;

/// <summary>The service alone, with the limits of its door as tests need them.</summary>
internal sealed class DoorFixture : IAsyncDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly WebApplication _app;

    private DoorFixture(params (string Name, string Value)[] settings)
    {
        var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Mattermost:Url"] = "http://127.0.0.1:9",
            ["Mattermost:Token"] = "token",
            ["Mattermost:CommandTokens:0"] = "commandtokencommandtoken42",
            ["Mattermost:Directory"] = _directory.File("mattermost"),
            ["Repository:Url"] = $"file://{_directory.File("repository")}",
            ["Repository:Passphrase"] = "a passphrase for the door",
            ["ConnectionStrings:State"] = _directory.File("state.db"),
            ["Http:Listen"] = "http://127.0.0.1:0",
        });
        configuration.AddInMemoryCollection(settings.Select(pair => KeyValuePair.Create(pair.Name, (string?)pair.Value)));
        _app = MmDrBotService.Build(configuration, AppSettings.Load(configuration));
        _app.Services.GetRequiredService<ILoggerFactory>().AddProvider(Logs);
    }

    internal RecordingLogs Logs { get; } = new();

    internal Uri Url => new(_app.Urls.First());

    internal T Get<T>() where T : notnull => _app.Services.GetRequiredService<T>();

    internal static async Task<DoorFixture> OpenAsync(params (string Name, string Value)[] settings)
    {
        var door = new DoorFixture(settings);
        await door._app.StartAsync();
        return door;
    }

    internal async Task<HttpClient> ClientAsync(params Permission[] permissions)
    {
        var key = await _app.Services.GetRequiredService<ManageApiKeys>().CreateAsync(new("door", permissions.ToHashSet()), Actor.System, CancellationToken.None);
        return Client(key.Secret);
    }

    internal HttpClient Client(string key)
    {
        var client = new HttpClient(new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromMinutes(1) }) { BaseAddress = Url };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _directory.Dispose();
    }
}
