namespace MmDrBot.Tests.Cli;

/// <summary>The worst that a command met decides its exit code: what was left out or left broken is no success.</summary>
public sealed class RepairExitTests(CliFixture mmdr) : IClassFixture<CliFixture>
{
    [Fact]
    public async Task A_repair_that_could_not_mend_everything_does_not_end_with_0()
    {
        await mmdr.MustAsync("backup");
        var pack = Directory.EnumerateFiles(Path.Combine(mmdr.RepositoryDirectory, "packs"), "*", SearchOption.AllDirectories).MaxBy(file => new FileInfo(file).Length)!;
        File.SetUnixFileMode(pack, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await using (var damage = new FileStream(pack, FileMode.Open, FileAccess.ReadWrite))
        {
            damage.Seek(-10, SeekOrigin.End);
            damage.Write("broken"u8);
        }

        Assert.Equal(3, (await mmdr.RunAsync("repository", "rebuild-index")).ExitCode);
        Assert.Equal(1, (await mmdr.RunAsync("repository", "check", "--read-data")).ExitCode);
    }
}
