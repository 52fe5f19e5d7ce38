namespace MmDrBot.Tests.Cli;

public sealed class KilledRestoreTests : KillTestBase
{
    [Fact]
    public async Task A_restore_killed_at_any_moment_can_be_run_again_to_the_same_end()
    {
        var database = await Bench.DatabaseAsync();
        var (files, config) = (Bench.Place("again/data"), Bench.Place("again/config"));
        string[] restore = ["restore", Earlier, "--database", CliFixture.TargetOf(database), "--files", files, "--config", config, "--overwrite"];

        var killed = await KillAsync(new Random(3), () => { }, restore);

        await Bench.MustAsync(restore);
        await Bench.AssertEqualAsync(database, files, config, Dump);
        await AssertGoodAsync("restore", killed);
    }
}
