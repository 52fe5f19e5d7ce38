using System.Text.Json.Nodes;

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

    [Fact]
    public async Task A_repair_takes_the_good_copy_and_its_check_ends_the_alarm()
    {
        await using var bench = new RepairBench();
        await bench.InitializeAsync();
        await bench.Cli.MustAsync("backup");
        await bench.Cli.MustAsync("replicate");
        bench.DamageLargestPack();
        await bench.Cli.RefusedAsync(1, "damaged", "repository", "check", "--read-data");
        Assert.Contains("repository_damaged", await bench.AlarmsAsync());

        var trial = await bench.Cli.JsonAsync("repository", "repair", "--dry-run");
        Assert.Null(trial["check"]);
        Assert.Subset((await bench.AlarmsAsync()).ToHashSet(), new HashSet<string?> { "repository_damaged", "job_failed" });
        var repair = await bench.Cli.JsonAsync("repository", "repair");

        Assert.Single(repair["result"]!["mended"]!.AsArray());
        Assert.True((bool)repair["check"]!["good"]!);
        Assert.True((long)repair["check"]!["bytesRead"]! > 0);
        Assert.DoesNotContain(await bench.AlarmsAsync(), kind => kind is "repository_damaged" or "job_failed");
        Assert.Equal("data_verified", (string?)(await bench.Cli.JsonAsync("restore-points"))[0]!["trust"]);
    }

    [Fact]
    public async Task What_no_copy_has_ends_a_repair_with_3_and_the_alarm_stands()
    {
        await using var bench = new RepairBench();
        await bench.InitializeAsync();
        await bench.Cli.MustAsync("backup");
        bench.DamageLargestPack();
        await bench.Cli.RefusedAsync(1, "damaged", "repository", "check", "--read-data");

        var repair = await bench.Cli.RunAsync("repository", "repair");

        Assert.Equal(3, repair.ExitCode);
        Assert.Contains("A check afterwards found", repair.Output, StringComparison.Ordinal);
        Assert.Contains("repository_damaged", await bench.AlarmsAsync());
    }

    [Fact]
    public async Task What_the_first_copy_lacks_is_taken_from_the_next()
    {
        await using var bench = new RepairBench();
        await bench.InitializeAsync();
        var cli = bench.Cli;
        cli.Settings["MMDR_Repositories__far__Url"] = $"file://{cli.Place("far")}";
        await cli.MustAsync("backup");
        await cli.MustAsync("replicate", "near");
        await cli.MustAsync("replicate", "far");
        string[] packs = [.. Directory.EnumerateFiles(Path.Combine(cli.RepositoryDirectory, "packs"), "*", SearchOption.AllDirectories)];
        var halves = packs.Length / 2;
        Assert.True(halves > 0);
        foreach (var (pack, index) in packs.Select((pack, index) => (pack, index)))
        {
            File.Delete(pack);
            File.Delete(Path.Combine(cli.Place(index < halves ? "near" : "far"), Path.GetRelativePath(cli.RepositoryDirectory, pack)));
        }

        var trial = await cli.JsonAsync("repository", "repair", "--dry-run");
        var repair = await cli.JsonAsync("repository", "repair");

        foreach (var outcome in new[] { trial, repair })
        {
            Assert.Equal("far, near", string.Join(", ", ((string)outcome["from"]!).Split(", ").Order()));
            Assert.Equal((packs.Length, 0, 0), (outcome["result"]!["mended"]!.AsArray().Distinct().Count(), outcome["result"]!["lost"]!.AsArray().Count, outcome["result"]!["losses"]!.AsArray().Count));
        }

        Assert.True((bool)repair["check"]!["good"]!);
        await cli.MustAsync("repository", "check", "--read-data");
    }

    /// <summary>A server whose repository has a copy.</summary>
    private sealed class RepairBench : IAsyncDisposable
    {
        internal CliFixture Cli { get; } = new();

        internal async Task InitializeAsync()
        {
            await Cli.InitializeAsync();
            Cli.Settings["MMDR_Repositories__near__Url"] = $"file://{Cli.Place("near")}";
        }

        /// <summary>One bit, in the middle: size and name stay.</summary>
        internal void DamageLargestPack()
        {
            var pack = Directory.EnumerateFiles(Path.Combine(Cli.RepositoryDirectory, "packs"), "*", SearchOption.AllDirectories).MaxBy(file => new FileInfo(file).Length)!;
            var bytes = File.ReadAllBytes(pack);
            bytes[bytes.Length / 2] ^= 1;
            File.Delete(pack);
            File.WriteAllBytes(pack, bytes);
        }

        internal async Task<IReadOnlyList<string?>> AlarmsAsync() =>
            [.. JsonNode.Parse((await Cli.RunAsync("alarm", "check", "--json")).Output)!["alarms"]!.AsArray().Select(alarm => (string?)alarm!["kind"])];

        public async ValueTask DisposeAsync() => await Cli.DisposeAsync();
    }
}
