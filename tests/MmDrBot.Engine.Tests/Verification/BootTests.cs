using System.Diagnostics;
using MmDrBot.Engine.Verification.Drilling;
using MmDrBot.Engine.Verification.Drilling.Boot;
using MmDrBot.TestKit.Files;
using MmDrBot.TestKit.Tools;

namespace MmDrBot.Engine.Tests.Verification;

public sealed class BootTests(DrillBench bench) : IClassFixture<DrillBench>, IDisposable
{
    private readonly TempDirectory _logs = new();

    public void Dispose() => _logs.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Mattermost_runs_on_what_was_restored_and_is_gone_afterwards(bool throwaway)
    {
        var result = await bench.DrillAsync(throwaway: throwaway, boot: Boot(""));

        Assert.Empty(result.Damage);
        Assert.Null(result.NotBooted);
        Assert.Equal(["boot", "boot: account", "boot: team", "boot: channel", "boot: post", "boot: file"], result.Checks.Where(check => check.Name.StartsWith("boot", StringComparison.Ordinal) && check.Outcome is CheckOutcome.Passed).Select(check => check.Name));
        Assert.Contains("Server is listening on 127.0.0.1", await File.ReadAllTextAsync(result.BootLog!), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(result.BootLog!));
        await AssertNothingStaysAsync();
    }

    [Theory]
    [InlineData("exits", "boot", "Failed to ping DB")]
    [InlineData("hangs", "boot", "did not answer within")]
    [InlineData("unwell", "boot", "did not answer within")]
    [InlineData("no sessions", "boot: account", "401")]
    [InlineData("torn files", "boot: file", "other bytes")]
    [InlineData("dies", "boot: reading", "panic: out of memory")]
    public async Task What_Mattermost_does_not_do_fails_the_drill_and_is_no_damage(string fault, string check, string words)
    {
        var result = await bench.DrillAsync(boot: Boot(fault) with { Timeout = TimeSpan.FromSeconds(fault is "hangs" or "unwell" ? 2 : 60) });

        Assert.Contains(words, Assert.Single(result.Checks, item => item.Outcome is CheckOutcome.Failed && item.Name == check).Detail, StringComparison.Ordinal);
        Assert.StartsWith(check, Assert.Single(result.BootFaults), StringComparison.Ordinal);
        Assert.Empty(result.Damage);
        Assert.True(File.Exists(result.BootLog));
        await AssertNothingStaysAsync();
    }

    [Fact]
    public async Task A_session_that_cannot_be_made_is_no_damage_either()
    {
        var result = await bench.DrillAsync(work => DrillBench.ExecuteAsync(work, "ALTER TABLE public.sessions ADD CONSTRAINT none CHECK (token = '') NOT VALID"), boot: Boot(""));

        Assert.StartsWith("boot: account: PostgreSQL refused", Assert.Single(result.BootFaults), StringComparison.Ordinal);
        Assert.Empty(result.Damage);
    }

    [Fact]
    public async Task A_command_that_is_not_there_is_no_finding_and_never_passes_silently()
    {
        var result = await bench.DrillAsync(boot: Boot("") with { Command = "/nowhere/bin/mattermost" });

        Assert.Contains("could not be started", result.NotBooted!.Message, StringComparison.Ordinal);
        Assert.Empty(result.Damage);
        Assert.DoesNotContain(result.Checks, check => check.Name.StartsWith("boot", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_configuration_it_is_not_started_and_that_is_said()
    {
        var result = await bench.DrillAsync(point: bench.Point with { Config = null }, boot: Boot(""));

        Assert.Contains("holds no configuration", result.NotBooted!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restore_point_that_is_wrong_is_not_booted()
    {
        var result = await bench.DrillAsync(work => DrillBench.ExecuteAsync(work, "TRUNCATE public.posts"), boot: Boot(""));

        Assert.NotEmpty(result.Damage);
        Assert.Empty(result.BootFaults);
        Assert.Null(result.BootLog);
    }

    private BootRequest Boot(string fault) => new() { Command = $"python3 '{RepositoryRoot.File("tests/MmDrBot.TestKit/Mattermost/Server/server.py")}' '{fault}'", LogDirectory = _logs.File("drills"), Timeout = TimeSpan.FromSeconds(60) };

    private async Task AssertNothingStaysAsync()
    {
        Assert.Empty(Directory.GetFileSystemEntries(bench.Scratch));
        Assert.Empty(await bench.ScratchDatabasesAsync());
        Assert.DoesNotContain(Process.GetProcesses(), process => CommandOf(process.Id).Contains(bench.Scratch, StringComparison.Ordinal) || EnvironmentOf(process.Id).Contains(bench.Scratch, StringComparison.Ordinal));
    }

    private static string CommandOf(int process) => Read($"/proc/{process}/cmdline");

    private static string EnvironmentOf(int process) => Read($"/proc/{process}/environ");

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
