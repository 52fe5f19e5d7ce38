using MmDrBot.TestKit.Postgres;

namespace MmDrBot.Mattermost.Tests;

/// <summary>The database under the stand-ins of one class.</summary>
public sealed class ContractDatabase : IAsyncLifetime
{
    public TestDatabase Database { get; private set; } = null!;

    public async Task InitializeAsync() => Database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();

    public async Task DisposeAsync() => await Database.DisposeAsync();
}
