namespace MmDrBot.Tests.Cli;

public sealed class KilledBackupTests : KillTestBase
{
    [Fact]
    public async Task A_backup_killed_at_any_moment_is_in_nobodys_way()
    {
        var random = new Random(1);
        var killed = await KillAsync(random, () => AddFile(random), ["backup"]);
        RemoveFile();

        await AssertGoodAsync("backup", killed);
    }
}
