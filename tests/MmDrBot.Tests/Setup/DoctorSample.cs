using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using MmDrBot.Engine.ObjectStores.Local;
using MmDrBot.Engine.Repositories;
using MmDrBot.TestKit.Files;
using MmDrBot.TestKit.Postgres;
using MmDrBot.TestKit.Samples;
using MmDrBot.TestKit.Tools;

namespace MmDrBot.Tests.Setup;

/// <summary>Something to back up, the same for all tests.</summary>
public sealed class DoctorSample : IAsyncLifetime
{
    internal const string Passphrase = "the passphrase of the doctor 2207";
    private readonly TempDirectory _directory = new();
    private readonly WebApplication _service = Listen();

    internal TestDatabase Database { get; private set; } = null!;

    internal SampleMattermost Mattermost { get; private set; } = null!;

    /// <summary>Answers as far as a running service is looked at.</summary>
    internal string ServiceUrl => _service.Urls.First();

    public async Task InitializeAsync()
    {
        await _service.StartAsync();
        await RepositoryAccess.InitializeAsync(new LocalObjectStore(_directory.File("repository")), new RepositorySecret(Passphrase), TimeProvider.System, CancellationToken.None);
        Database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        Mattermost = await SampleMattermost.CreateAsync(new SampleOptions { Posts = 5, Files = 2, TotalBytes = 10_000 }, Database.Uri, _directory.Subdirectory("mattermost"));
    }

    public async Task DisposeAsync()
    {
        await _service.DisposeAsync();
        await Database.DisposeAsync();
        _directory.Dispose();
    }

    /// <summary>Deriving the key of a new one for each test would take most of their time.</summary>
    internal Task CopyRepositoryAsync(string target) => Tool.RunAsync("cp", ["-a", _directory.File("repository"), target]);

    private static WebApplication Listen()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var service = builder.Build();
        service.MapGet("/healthz/live", () => "ok");
        return service;
    }
}
