namespace MmDrBot.Tests.Cli;

public sealed class KilledRetentionTests : KillTestBase
{
    [Fact]
    public async Task A_retention_run_killed_at_any_moment_loses_nothing_and_the_next_one_goes_on()
    {
        var random = new Random(3);
        await Bench.MustAsync("retention", "set", "--label", "old", "--last", "1");
        var killed = await KillAsync(
            random,
            async () =>
            {
                AddFile(random);
                await AddPointAsync("old");
                await AddPointAsync("old");
            },
            ["retention", "apply", "--yes"]);
        await Bench.MustAsync("retention", "apply", "--yes");
        Assert.Single(((System.Text.Json.Nodes.JsonArray)await Bench.JsonAsync("restore-points")), point => (string?)point!["label"] == "old");
        RemoveFile();

        await AssertGoodAsync("retention", killed);
    }
}
