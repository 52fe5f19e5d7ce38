namespace MmDrBot.Tests.Cli;

public sealed class KilledPruneTests : KillTestBase
{
    [Fact]
    public async Task A_prune_killed_at_any_moment_loses_nothing()
    {
        var random = new Random(2);
        var killed = await KillAsync(
            random,
            async () =>
            {
                AddFile(random);
                await AddForgottenPointAsync();
            },
            ["repository", "prune", "--minimum-age", "0"]);
        RemoveFile();

        await AssertGoodAsync("prune", killed);
    }
}
