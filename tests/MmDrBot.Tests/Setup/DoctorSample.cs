using MmDrBot.TestKit.Files;
using MmDrBot.TestKit.Postgres;
using MmDrBot.TestKit.Samples;

namespace MmDrBot.Tests.Setup;

/// <summary>Something to back up, the same for all tests.</summary>
public sealed class DoctorSample : IAsyncLifetime
{
    private readonly TempDirectory _directory = new();

    internal TestDatabase Database { get; private set; } = null!;

    internal SampleMattermost Mattermost { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        Mattermost = await SampleMattermost.CreateAsync(new SampleOptions { Posts = 5, Files = 2, TotalBytes = 10_000 }, Database.Uri, _directory.Subdirectory("mattermost"));
    }

    public async Task DisposeAsync()
    {
        await Database.DisposeAsync();
        _directory.Dispose();
    }
}
