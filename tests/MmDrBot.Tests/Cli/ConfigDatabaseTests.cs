using MmDrBot.TestKit.Postgres;

namespace MmDrBot.Tests.Cli;

/// <summary>Mattermost's configuration in another database than its data, named by MM_CONFIG.</summary>
public sealed class ConfigDatabaseTests : IAsyncLifetime
{
    private readonly CliFixture _bench = new();

    public async Task InitializeAsync() => await _bench.InitializeAsync();

    public async Task DisposeAsync() => await _bench.DisposeAsync();

    [Fact]
    public async Task It_is_found_backed_up_planned_and_restored_without_showing_a_password()
    {
        var (config, target) = (await _bench.DatabaseAsync(), await _bench.DatabaseAsync());
        await config.ExecuteAsync("CREATE TABLE configurations (id varchar(26) PRIMARY KEY, value text NOT NULL, createat bigint NOT NULL, active boolean UNIQUE)");
        var json = await File.ReadAllTextAsync(Path.Combine(_bench.Sample.ConfigDirectory, "config.json"));
        await config.ExecuteAsync($"INSERT INTO configurations VALUES ('one', $json${json}$json$, 1, true)");
        _bench.Settings["MM_CONFIG"] = CliFixture.TargetOf(config);
        await File.WriteAllTextAsync(_bench.Place("target"), CliFixture.TargetOf(target));

        var check = await _bench.MustAsync("config", "check");
        Assert.Contains("in a database of its own", check.Output, StringComparison.Ordinal);
        await _bench.MustAsync("backup");
        var shown = await _bench.MustAsync("restore-point", "latest");
        Assert.Contains("1 table", shown.Output, StringComparison.Ordinal);
        var planned = await _bench.MustAsync("restore", "latest", "--config", "@" + _bench.Place("target"), "--plan");
        Assert.Contains("no configuration", planned.Output, StringComparison.Ordinal);
        var restored = await _bench.MustAsync("restore", "latest", "--config", "@" + _bench.Place("target"));

        Assert.Equal(json, await target.ScalarAsync<string>("SELECT value FROM configurations WHERE active"));
        Assert.All(new[] { check, shown, planned, restored }, result => Assert.DoesNotContain(_bench.DatabasePassword, result.Output + result.Error, StringComparison.Ordinal));
        Assert.DoesNotContain(_bench.DatabasePassword, (await _bench.MustAsync("jobs", "--json")).Output, StringComparison.Ordinal);
    }
}
