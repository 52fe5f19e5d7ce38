using MmDrBot.TestKit.Tools;

namespace MmDrBot.Tests.Cli;

/// <summary>A dump that is cut off or empty must never count as a success, even where pg_dump says that all is well.</summary>
public sealed class BrokenToolsTests(CliFixture mmdr) : IClassFixture<CliFixture>
{
    [Theory]
    [InlineData("cut", "\"$real\" \"$@\" | head -c 3000; exit 0", "is not whole")]
    [InlineData("late", "\"$real\" \"$@\" | head -c -40; exit 0", "is not whole")]
    [InlineData("empty", "exit 0", "is not whole")]
    [InlineData("forgetful", "exec \"$real\" --exclude-table=posts \"$@\"", "does not define the table")]
    public async Task A_pg_dump_that_gives_too_little_and_no_error_fails_the_backup(string name, string body, string complaint)
    {
        var points = await PointsAsync();

        var backup = await Tool.TryRunAsync(CliFixture.Program, ["backup"], new Dictionary<string, string>(mmdr.Settings) { ["PATH"] = await WrapAsync(name, body) });

        Assert.Equal(1, backup.ExitCode);
        Assert.Contains(complaint, backup.Error + backup.Output, StringComparison.Ordinal);
        Assert.Equal(points, await PointsAsync());
        await mmdr.MustAsync("backup");
    }

    private async Task<string> PointsAsync() => (await mmdr.MustAsync("restore-points", "--json")).Output;

    /// <summary>A directory with a pg_dump that does <paramref name="body"/>, to stand first in PATH.</summary>
    private async Task<string> WrapAsync(string name, string body)
    {
        var directory = mmdr.Folder(name);
        var real = (await Tool.RunAsync("bash", ["-c", "ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1"])).Trim();
        var script = $"""
            #!/bin/bash
            real={real}/pg_dump
            case "$1" in --version) exec "$real" --version ;; esac
            {body}
            """;
        await File.WriteAllTextAsync(Path.Combine(directory, "pg_dump"), script);
        File.SetUnixFileMode(Path.Combine(directory, "pg_dump"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        File.CreateSymbolicLink(Path.Combine(directory, "pg_restore"), $"{real}/pg_restore");
        return $"{directory}:{Environment.GetEnvironmentVariable("PATH")}";
    }
}
