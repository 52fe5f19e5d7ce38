using System.Diagnostics;
using MmDrBot.TestKit.Files;
using MmDrBot.TestKit.Postgres;

namespace MmDrBot.Tests.Doors;

/// <summary>kill -9 at random moments: whatever is interrupted, the next command starts at once, and what was committed stays.</summary>
public sealed class KillTests(CliFixture cli) : IClassFixture<CliFixture>
{
    private const int Kills = 30;

    [Fact]
    public async Task A_killed_backup_leaves_no_restore_point_and_no_damage()
    {
        var first = (await cli.Mmdr.JsonAsync("backup"))["restorePoint"]!.GetValue<string>();
        await ForEachMomentAsync(["backup", "--quiet"], () => File.WriteAllBytesAsync(Path.Combine(cli.Sample.DataDirectory, $"{Guid.NewGuid():N}"), RandomBytes(200_000)), async () =>
        {
            await cli.Mmdr.JsonAsync("repository", "check", "--read-data");
            Assert.Contains((await cli.Mmdr.JsonAsync("restore-points")).AsArray(), point => point!["id"]!.GetValue<string>() == first);
        });

        await cli.Mmdr.JsonAsync("backup");
        await RestoresEqualAsync(first, "latest");
        var states = (await cli.Mmdr.JsonAsync("jobs", "--limit", "100")).AsArray().Select(job => job!["state"]!.GetValue<string>()).ToHashSet();
        Assert.Contains("interrupted", states);
        Assert.DoesNotContain("running", states);
    }

    [Fact]
    public async Task A_killed_prune_loses_nothing()
    {
        var kept = (await cli.Mmdr.JsonAsync("backup"))["restorePoint"]!.GetValue<string>();
        await ForEachMomentAsync(["repository", "prune", "--minimum-age", "0"], async () =>
        {
            var extra = Path.Combine(cli.Sample.DataDirectory, "extra");
            await File.WriteAllBytesAsync(extra, RandomBytes(300_000));
            var id = (await cli.Mmdr.JsonAsync("backup", "--only", "files"))["restorePoint"]!.GetValue<string>();
            File.Delete(extra);
            await cli.Mmdr.JsonAsync("forget", id);
        }, () => cli.Mmdr.JsonAsync("repository", "check", "--read-data"));

        await cli.Mmdr.JsonAsync("repository", "prune", "--minimum-age", "0");
        await cli.Mmdr.JsonAsync("repository", "prune", "--minimum-age", "0");
        await cli.Mmdr.JsonAsync("verify", kept, "--level", "data");
        await cli.Mmdr.JsonAsync("backup");
        await RestoresEqualAsync("latest");
    }

    [Fact]
    public async Task A_killed_restore_is_finished_by_running_it_again()
    {
        var id = (await cli.Mmdr.JsonAsync("backup"))["restorePoint"]!.GetValue<string>();
        var expected = await PgDump.DumpAsync(cli.Database.Uri);
        var database = $"killed_{Guid.NewGuid():N}";
        string[] restore = ["restore", id, "--database", cli.NewDatabase(database), "--create", "--files", cli.Directory.File("killed/data"), "--config", cli.Directory.File("killed/config")];
        await ForEachMomentAsync(restore, async () =>
        {
            await cli.Server.ExecuteAsync($"drop database if exists {database} with (force)");
            if (Directory.Exists(cli.Directory.File("killed")))
            {
                Directory.Delete(cli.Directory.File("killed"), recursive: true);
            }
        }, async () =>
        {
            var again = await cli.Mmdr.RunAsync([.. restore, "--json"]);

            // Killed before it began or after it was done, it left nothing to finish or something finished, which is refused as such.
            Assert.True(again.Code == 0 || again.Output.Contains("is not empty", StringComparison.Ordinal), again.Output + again.Errors);
            if (again.Code == 0)
            {
                Assert.Equal(expected, await PgDump.DumpAsync(PostgresUri.WithDatabase(cli.Server.Uri, database)));
                Assert.Empty(TreeSnapshot.Of(cli.Sample.DataDirectory).DifferencesTo(TreeSnapshot.Of(cli.Directory.File("killed/data"))));
            }
        });
        await cli.Server.DropDatabaseAsync(database);
    }

    private static byte[] RandomBytes(int length)
    {
        var bytes = new byte[length];
        Random.Shared.NextBytes(bytes);
        return bytes;
    }

    private async Task ForEachMomentAsync(string[] verb, Func<Task> prepare, Func<Task> judge)
    {
        await prepare();
        var watch = Stopwatch.StartNew();
        using (var whole = cli.Mmdr.Start(verb))
        {
            await Task.WhenAll(whole.StandardOutput.ReadToEndAsync(), whole.StandardError.ReadToEndAsync(), whole.WaitForExitAsync());
            Assert.Equal(0, whole.ExitCode);
        }

        var duration = watch.Elapsed;
        for (var kill = 0; kill < Kills; kill++)
        {
            await prepare();
            using var process = cli.Mmdr.Start(verb);
            using var moment = new CancellationTokenSource(duration * Random.Shared.NextDouble());
            var ended = process.WaitForExitAsync();
            await Task.WhenAny(ended, Task.Delay(Timeout.Infinite, moment.Token));
            process.Kill();
            await ended;
            await judge();
        }
    }

    private async Task RestoresEqualAsync(params string[] ids)
    {
        foreach (var id in ids)
        {
            var directory = cli.Directory.File($"equal-{Guid.NewGuid():N}");
            await cli.Mmdr.JsonAsync("restore", id, "--files", directory);
            var differences = TreeSnapshot.Of(cli.Sample.DataDirectory).DifferencesTo(TreeSnapshot.Of(directory));
            Assert.DoesNotContain(differences, difference => id == "latest" || difference.Contains("teams/", StringComparison.Ordinal));
        }
    }
}
