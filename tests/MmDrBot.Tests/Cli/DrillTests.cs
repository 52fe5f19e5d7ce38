using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using MmDrBot.TestKit.Tools;
using MmDrBot.Tests.Data;
using Npgsql;

namespace MmDrBot.Tests.Cli;

public sealed class DrillTests : IAsyncLifetime
{
    private readonly CliFixture _bench = new();
    private readonly string _scratch = Path.Combine("/var/tmp", $"mmdr-cli-{Guid.NewGuid():N}"[..20]);

    public async Task InitializeAsync()
    {
        await _bench.InitializeAsync();
        Directory.CreateDirectory(_scratch);
        _bench.Settings["MMDR_Drills__Directory"] = _scratch;
        _bench.Settings["MMDR_Drills__DatabaseUrl"] = _bench.Sample.DatabaseUri + "?sslmode=disable";
        await _bench.MustAsync("backup");
    }

    public async Task DisposeAsync()
    {
        await _bench.DisposeAsync();
        Directory.Delete(_scratch, recursive: true);
    }

    [Fact]
    public async Task A_drill_is_recorded_and_the_restore_point_is_shown_as_drilled()
    {
        Assert.Equal("taken", (string?)(await _bench.JsonAsync("restore-points"))[0]!["trust"]);
        await _bench.MustAsync("verify", "latest");
        Assert.Equal("structure_verified", (string?)(await _bench.JsonAsync("restore-point", "latest"))["trust"]);

        var drill = await _bench.JsonAsync("verify", "latest", "--level", "drill");

        Assert.True((bool)drill["good"]!);
        Assert.Contains(drill["checks"]!.AsArray(), check => (string?)check!["name"] == "rows" && (string?)check["outcome"] == "passed");
        Assert.True((double)drill["restoreSeconds"]! > 0);
        var point = (await _bench.JsonAsync("restore-points"))[0]!;
        Assert.Equal(("drilled", (double)drill["restoreSeconds"]!), ((string?)point["trust"], (double)point["restoreSeconds"]!));
        var status = await _bench.JsonAsync("status");
        Assert.Equal((string?)point["id"], (string?)status["lastDrilled"]);
        Assert.Equal("drilled", (string?)status["latestTrust"]);
        Assert.Equal(["drill", "structure"], (await _bench.JsonAsync("verifications")).AsArray().Select(item => (string?)item!["level"]));
        Assert.Contains("was restored to", (await _bench.MustAsync("verify", "latest", "--level", "drill")).Output, StringComparison.Ordinal);
        Assert.Contains("Last restored on trial", (await _bench.MustAsync("restore-point", "latest")).Output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_scratch));
    }

    [Fact]
    public async Task What_is_lost_makes_the_restore_point_damaged_until_it_is_back()
    {
        var pack = Directory.GetFiles(Path.Combine(_bench.RepositoryDirectory, "packs"), "*", SearchOption.AllDirectories)[0];
        File.Move(pack, _bench.Place("kept"));

        var error = await _bench.RefusedAsync(1, "damaged", "verify", "latest", "--level", "drill");

        Assert.Contains("damaged", (string?)error["message"], StringComparison.Ordinal);
        Assert.Equal("damaged", (string?)(await _bench.JsonAsync("restore-points"))[0]!["trust"]);
        Assert.Contains("Damaged, as a verification found", (await _bench.MustAsync("restore-point", "latest")).Output, StringComparison.Ordinal);
        Assert.Contains("repository_damaged", await AlarmsAsync());
        File.Move(_bench.Place("kept"), pack);
        await _bench.MustAsync("verify", "latest", "--level", "drill");
        Assert.Equal("drilled", (string?)(await _bench.JsonAsync("restore-points"))[0]!["trust"]);
        Assert.DoesNotContain(await AlarmsAsync(), kind => kind is "repository_damaged" or "restore_point_damaged");
    }

    [Fact]
    public async Task What_a_drill_of_a_copy_finds_stands_as_the_copys_damage()
    {
        _bench.Settings["MMDR_Repositories__near__Url"] = $"file://{_bench.Place("near")}";
        await _bench.MustAsync("replicate");
        var pack = Directory.GetFiles(Path.Combine(_bench.Place("near"), "packs"), "*", SearchOption.AllDirectories).MaxBy(file => new FileInfo(file).Length)!;
        var whole = await File.ReadAllBytesAsync(pack);
        File.Delete(pack);
        await File.WriteAllBytesAsync(pack, [.. whole[..^40].Select((value, at) => at == whole.Length / 2 ? (byte)~value : value), .. whole[^40..]]);

        await _bench.RefusedAsync(1, "damaged", "verify", "latest", "--level", "drill", "--repository", "near");

        Assert.Contains("The copy near is damaged", (await _bench.RunAsync("status")).Output, StringComparison.Ordinal);
        Assert.DoesNotContain("repository_damaged", await AlarmsAsync());
        Assert.Contains("copy_behind", await AlarmsAsync());
        await File.WriteAllBytesAsync(pack, whole);
        await _bench.MustAsync("verify", "latest", "--level", "drill", "--repository", "near");
        Assert.DoesNotContain("copy_behind", await AlarmsAsync());
    }

    [Fact]
    public async Task The_alarm_of_what_is_lost_ends_with_the_restore_point_that_lost_it()
    {
        await File.WriteAllBytesAsync(Path.Combine(_bench.Sample.DataDirectory, "own.bin"), RandomNumber(400_000));
        var before = Packs();
        var lost = (string)(await _bench.JsonAsync("backup"))["restorePoint"]!;
        File.Delete(Path.Combine(_bench.Sample.DataDirectory, "own.bin"));
        await _bench.MustAsync("backup");
        foreach (var pack in Packs().Except(before))
        {
            var bytes = await File.ReadAllBytesAsync(pack);
            bytes[bytes.Length / 2] ^= 1;
            File.Delete(pack);
            await File.WriteAllBytesAsync(pack, bytes);
        }

        await _bench.RefusedAsync(1, "damaged", "verify", lost, "--level", "data");
        Assert.Contains("repository_damaged", await AlarmsAsync());
        await _bench.MustAsync("forget", lost);

        Assert.DoesNotContain(await AlarmsAsync(), kind => kind is "repository_damaged" or "restore_point_damaged");
    }

    [Fact]
    public async Task Without_Mattermost_a_boot_is_refused_before_anything_and_with_one_it_is_recorded()
    {
        var error = await _bench.RefusedAsync(1, "unavailable", "verify", "latest", "--level", "boot");
        Assert.Contains("No Mattermost was found", (string?)error["message"], StringComparison.Ordinal);
        Assert.Contains("MMDR_Drills__MattermostCommand", (string?)error["hint"], StringComparison.Ordinal);
        Assert.Empty((await _bench.JsonAsync("verifications")).AsArray());

        _bench.Settings["MMDR_Drills__MattermostCommand"] = "/nowhere/mattermost";
        error = await _bench.RefusedAsync(1, "unavailable", "verify", "latest", "--level", "boot");
        Assert.Contains("recorded as a drill", (string?)error["message"], StringComparison.Ordinal);
        Assert.Equal("drilled", (string?)(await _bench.JsonAsync("restore-point", "latest"))["trust"]);

        _bench.Settings["MMDR_Drills__MattermostCommand"] = Server("");
        var boot = await _bench.JsonAsync("verify", "latest", "--level", "boot");
        Assert.Contains("Server is listening", await File.ReadAllTextAsync((string)boot["log"]!), StringComparison.Ordinal);
        Assert.Equal("booted", (string?)(await _bench.JsonAsync("restore-point", "latest"))["trust"]);
    }

    [Fact]
    public async Task Where_only_Mattermost_does_not_run_the_drill_fails_and_the_restore_point_counts_as_drilled()
    {
        _bench.Settings["MMDR_Drills__MattermostCommand"] = Server("exits");

        var error = await _bench.RefusedAsync(1, "unavailable", "verify", "latest", "--level", "boot");

        Assert.Contains("Mattermost did not run on it. boot: Mattermost ended with code", (string?)error["message"], StringComparison.Ordinal);
        Assert.Contains("boot-", (string?)error["hint"], StringComparison.Ordinal);
        var point = (await _bench.JsonAsync("restore-points"))[0]!;
        Assert.Equal("drilled", (string?)point["trust"]);
        Assert.NotNull(point["drilledAt"]);
        Assert.NotNull(point["bootFailedAt"]);
        Assert.Contains("drilled, boot failed", (await _bench.MustAsync("restore-points")).Output, StringComparison.Ordinal);
        Assert.Contains("Mattermost did not run", (await _bench.MustAsync("restore-point", "latest")).Output, StringComparison.Ordinal);
        var record = (await _bench.JsonAsync("verifications"))[0]!;
        Assert.Equal(("drill", true), ((string?)record["level"], (bool)record["good"]!));
        Assert.StartsWith("boot: Mattermost ended", (string?)Assert.Single(record["bootFaults"]!.AsArray()), StringComparison.Ordinal);
        Assert.Contains("job_failed", await AlarmsAsync());

        await _bench.MustAsync("verify", "latest", "--level", "drill");
        Assert.NotNull((await _bench.JsonAsync("restore-point", "latest"))["bootFailedAt"]);
        _bench.Settings["MMDR_Drills__MattermostCommand"] = Server("");
        await _bench.MustAsync("verify", "latest", "--level", "boot");
        point = await _bench.JsonAsync("restore-point", "latest");
        Assert.Equal(("booted", null), ((string?)point["trust"], (string?)point["bootFailedAt"]));
    }

    /// <summary>With a throwaway server and Mattermost running, all that a drill starts.</summary>
    [Fact]
    public async Task What_a_drill_leaves_that_is_killed_the_next_one_removes_processes_and_all()
    {
        _bench.Settings.Remove("MMDR_Drills__DatabaseUrl");
        _bench.Settings["MMDR_Drills__MattermostCommand"] = Server("hangs");
        using var process = _bench.Start("verify", "latest", "--level", "boot");
        var started = Array.Empty<int>();
        await Eventually.IsTrueAsync(() => Task.FromResult((started = Started()).Length == 2), patience: TimeSpan.FromMinutes(2));
        process.Kill();
        await process.WaitForExitAsync();
        Assert.All(started, id => Assert.True(IsAlive(id)));

        var drill = await _bench.JsonAsync("verify", "latest", "--level", "drill");

        Assert.Contains("2 servers that it had started ended", string.Join(" ", drill["notes"]!.AsArray().Select(note => (string?)note)), StringComparison.Ordinal);
        Assert.All(started, id => Assert.False(IsAlive(id)));
        Assert.Empty(Directory.GetFileSystemEntries(_scratch));
    }

    [Fact]
    public async Task A_database_that_a_killed_drill_left_is_dropped_by_the_next_one()
    {
        _bench.Settings["MMDR_Drills__MattermostCommand"] = Server("hangs");
        using var process = _bench.Start("verify", "latest", "--level", "boot");
        await Eventually.IsTrueAsync(() => Task.FromResult(Started().Length == 1), patience: TimeSpan.FromMinutes(2));
        var mine = Path.GetFileName(Directory.GetDirectories(_scratch)[0]);
        process.Kill();
        await process.WaitForExitAsync();
        Assert.True(await ExistsAsync(mine));

        await _bench.MustAsync("verify", "latest", "--level", "drill");

        Assert.False(await ExistsAsync(mine));
    }

    [Fact]
    public async Task Every_pack_is_read_back_by_turns()
    {
        await File.WriteAllBytesAsync(Path.Combine(_bench.Sample.DataDirectory, "more.bin"), RandomNumber(900_000));
        await _bench.MustAsync("backup");
        var all = Directory.GetFiles(Path.Combine(_bench.RepositoryDirectory, "packs"), "*", SearchOption.AllDirectories).Length;
        Assert.True(all > 1);
        var read = 0;
        for (var i = 0; i < all; i++)
        {
            read += (int)(await _bench.JsonAsync("repository", "read-back", "--share", "0.001"))["packs"]!;
        }

        Assert.Equal(all, read);
        Assert.Equal(all, (int)(await _bench.JsonAsync("repository", "read-back", "--share", "1/1"))["packs"]!);
        // In the largest one is the file, which the server still has; what is dumped or listed anew each time would be lost for good.
        var pack = Packs().MaxBy(file => new FileInfo(file).Length)!;
        var bytes = await File.ReadAllBytesAsync(pack);
        bytes[bytes.Length / 2] ^= 1;
        File.SetUnixFileMode(pack, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await File.WriteAllBytesAsync(pack, bytes);
        Assert.Contains(Path.GetFileName(pack), (string?)(await _bench.RefusedAsync(1, "damaged", "repository", "read-back", "--share", "100%"))["message"], StringComparison.Ordinal);

        // Other packs that read well disprove nothing; a whole check after a backup that stored the content anew does.
        Assert.Contains("damaged", await TrustAsync());
        await _bench.RefusedAsync(1, "damaged", "repository", "read-back", "--share", "1/1000000");
        Assert.Contains("repository_damaged", await AlarmsAsync());
        await _bench.MustAsync("backup");
        Assert.Contains("damaged", await TrustAsync());
        Assert.Contains("repository_damaged", await AlarmsAsync());

        // What was found damaged is read each day again: the alarm of the repository ends when what is needed of it is whole elsewhere.
        await _bench.MustAsync("repository", "read-back", "--share", "1/1000000");
        Assert.DoesNotContain("repository_damaged", await AlarmsAsync());
        Assert.Contains("damaged", await TrustAsync());
        await _bench.MustAsync("repository", "check", "--read-data");
        Assert.DoesNotContain("damaged", await TrustAsync());
        Assert.DoesNotContain("repository_damaged", await AlarmsAsync());
        await _bench.RefusedAsync(2, "invalid", "repository", "read-back", "--share", "much");
        await _bench.RefusedAsync(2, "invalid", "repository", "read-back", "--share", "200%");

        _bench.Settings["MMDR_ConnectionStrings__State"] = "postgres://nobody@127.0.0.1:1/nothing";
        var without = await _bench.RunAsync("repository", "read-back", "--share", "1/1000000");
        Assert.True(without.ExitCode == 0, without.Error + without.Output);
        Assert.Contains("by their names", without.Output, StringComparison.Ordinal);
    }

    private string[] Packs() => Directory.GetFiles(Path.Combine(_bench.RepositoryDirectory, "packs"), "*", SearchOption.AllDirectories);

    private async Task<IReadOnlyList<string?>> AlarmsAsync() => [.. JsonNode.Parse((await _bench.RunAsync("alarm", "check", "--json")).Output)!["alarms"]!.AsArray().Select(alarm => (string?)alarm!["kind"])];

    private async Task<IReadOnlyList<string?>> TrustAsync() => [.. (await _bench.JsonAsync("restore-points")).AsArray().Select(point => (string?)point!["trust"])];

    private static byte[] RandomNumber(int length)
    {
        var bytes = new byte[length];
        new Random(5).NextBytes(bytes);
        return bytes;
    }

    private static string Server(string fault) => $"python3 '{RepositoryRoot.File("tests/MmDrBot.TestKit/Mattermost/Server/server.py")}' '{fault}'";

    private int[] Started() =>
        Directory.GetDirectories(_scratch) is [var one] && File.Exists(Path.Combine(one, "processes"))
            ? [.. File.ReadAllLines(Path.Combine(one, "processes")).Select(line => int.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture))] : [];

    private static bool IsAlive(int process)
    {
        try
        {
            using var found = Process.GetProcessById(process);
            return !File.ReadAllText($"/proc/{process}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (Exception gone) when (gone is ArgumentException or IOException)
        {
            return false;
        }
    }

    private async Task<bool> ExistsAsync(string database)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder { Host = Uri.Host, Port = Uri.Port, Username = Uri.UserInfo.Split(':')[0], Password = _bench.DatabasePassword, Database = "postgres", Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"select count(*) from pg_database where datname = '{database}'", connection);
        return (long)(await command.ExecuteScalarAsync())! == 1;
    }

    private Uri Uri => new(_bench.Sample.DatabaseUri);
}
