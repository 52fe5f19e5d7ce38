using MmDrBot.TestKit.Mattermost;

namespace MmDrBot.Mattermost.Tests;

/// <summary>The contract, kept by a stand-in over a database.</summary>
public abstract class StandInContract(ContractDatabase database, string version) : MattermostContract, IClassFixture<ContractDatabase>
{
    private MattermostStandIn? _server;

    protected override async Task<MattermostScene> FurnishAsync()
    {
        _server = await MattermostStandIn.StartAsync(new() { Version = version, Database = database.Database.ConnectionString }, CancellationToken.None);

        return _server.Furnish(database.Database.Uri);
    }

    protected override async Task ClearAsync()
    {
        Assert.Empty(_server!.UnexpectedCalls);
        await _server.DisposeAsync();
    }
}
