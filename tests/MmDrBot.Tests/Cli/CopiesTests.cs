using System.Text.Json.Nodes;
using MmDrBot.TestKit.Files;
using MmDrBot.TestKit.Samples;
using MmDrBot.TestKit.Tools;

namespace MmDrBot.Tests.Cli;

/// <summary>Copies as somebody at a terminal meets them: the real program, a real directory or bucket, no service.</summary>
public sealed class CopiesTests : IAsyncLifetime
{
    private readonly CliFixture _bench = new();

    public async Task InitializeAsync()
    {
        await _bench.InitializeAsync();
        _bench.Settings["MMDR_Repositories__near__Url"] = $"file://{_bench.Place("near")}";
    }

    public Task DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task A_copy_restores_when_the_first_repository_and_the_state_are_gone()
    {
        var backup = await _bench.RunAsync("backup");
        Assert.Contains("The service will copy it to near", backup.Output, StringComparison.Ordinal);
        var id = (string)(await _bench.JsonAsync("restore-points"))[0]!["id"]!;

        var replicated = await _bench.JsonAsync("replicate");
        Directory.Delete(_bench.RepositoryDirectory, recursive: true);
        File.Delete(_bench.Place("state.db"));

        Assert.Equal((1, 0, 0), ((int)replicated["held"]!, (int)replicated["missing"]!, replicated["problems"]!.AsArray().Count));
        Assert.Equal(id, (string?)(await _bench.JsonAsync("restore-points", "--repository", "near"))[0]!["id"]);
        await _bench.MustAsync("restore", "latest", "--repository", "near", "--files", _bench.Folder("files"));
        Assert.Empty(TreeSnapshot.Of(_bench.Sample.DataDirectory).DifferencesTo(TreeSnapshot.Of(_bench.Place("files"))));

        // Whoever has nothing but the copy opens it as any repository.
        _bench.Settings["MMDR_Repository__Url"] = $"file://{_bench.Place("near")}";
        _bench.Settings.Remove("MMDR_Repositories__near__Url");
        await _bench.MustAsync("repository", "check", "--read-data");
        await _bench.MustAsync("verify", id, "--level", "data");
    }

    [Fact]
    public async Task Lag_is_told_without_a_replication_and_the_rule_is_judged()
    {
        await _bench.MustAsync("backup");

        var before = await _bench.RunAsync("repositories", "--json");
        var status = await _bench.RunAsync("status", "--json");
        await _bench.MustAsync("replicate", "near");
        var after = await _bench.JsonAsync("repositories");
        var kept = await _bench.JsonAsync("status");

        var near = JsonNode.Parse(before.Output)![1]!;
        Assert.Equal((1, "near", "empty", 1), (before.ExitCode, (string?)near["name"], (string?)near["state"], (int)near["missing"]!));
        Assert.Equal(1, status.ExitCode);
        Assert.Contains("was never replicated to", status.Output, StringComparison.Ordinal);
        Assert.Equal(["ok", "ok"], after.AsArray().Select(one => (string?)one!["state"]));
        Assert.Equal((1, 0, (string?)after[0]!["id"]), ((int)after[1]!["restorePoints"]!, (int)after[1]!["missing"]!, (string?)after[1]!["id"]));
        Assert.False((bool)kept["threeTwoOne"]!["kept"]!);
        Assert.Contains("on this host", (string)kept["threeTwoOne"]!["reason"]!, StringComparison.Ordinal);

        _bench.Settings["MMDR_Repositories__near__Offsite"] = "true";
        Assert.True((bool)(await _bench.JsonAsync("status"))["threeTwoOne"]!["kept"]!);
    }

    [Fact]
    public async Task A_copy_is_verified_checked_pruned_and_forgotten_by_its_name()
    {
        await _bench.MustAsync("backup");
        await _bench.MustAsync("replicate");
        var id = (string)(await _bench.JsonAsync("restore-points"))[0]!["id"]!;

        await _bench.MustAsync("verify", "latest", "--level", "data", "--repository", "near");
        await _bench.MustAsync("repository", "check", "--read-data", "--repository", "near");
        Assert.NotEqual(0, (int)(await _bench.JsonAsync("repository", "read-back", "--share", "100%", "--repository", "near"))["packs"]!);
        await _bench.MustAsync("repository", "test", "--repository", "near");
        await _bench.MustAsync("repository", "rebuild-index", "--repository", "near");
        await _bench.MustAsync("forget", id, "--even-last", "--repository", "near");
        await _bench.MustAsync("repository", "prune", "--repository", "near");

        Assert.Empty((await _bench.JsonAsync("restore-points", "--repository", "near")).AsArray());
        Assert.Single((await _bench.JsonAsync("restore-points")).AsArray());
        Assert.Equal(0, (await _bench.RunAsync("repository", "check")).ExitCode);
        Assert.Empty((await _bench.JsonAsync("replicate"))["copied"]!.AsArray());
    }

    [Fact]
    public async Task A_backup_names_its_copies_and_a_copy_has_a_retention_of_its_own()
    {
        _bench.Settings["MMDR_Repositories__near__Retention__Default__Last"] = "1";
        Assert.DoesNotContain("copy it to", (await _bench.RunAsync("backup", "--only", "config", "--copies", "none")).Output, StringComparison.Ordinal);
        Assert.Equal((0, 0), await HeldAsync());
        var points = new string[3];
        for (var i = 0; i < points.Length; i++)
        {
            points[i] = (string)(await _bench.JsonAsync("backup", "--only", "config", "--copies", "near"))["restorePoint"]!;
        }

        Assert.Equal((3, 0), await HeldAsync());
        await _bench.MustAsync("repository", "check", "--repository", "near");
        Assert.Equal(["near"], (await _bench.JsonAsync("restore-point", points[0]))["copies"]!.AsArray().Select(copy => (string?)copy));
        await _bench.RefusedAsync(1, "not_found", "backup", "--copies", "nowhere");
        await _bench.RefusedAsync(1, "not_found", "retention", "set", "--last", "1", "--repository", "nowhere");

        Assert.Equal("settings", (string?)(await _bench.JsonAsync("retention", "show", "--repository", "near"))["source"]);
        await _bench.JsonAsync("retention", "set", "--last", "2", "--repository", "near");
        var plan = await _bench.JsonAsync("retention", "plan", "--repository", "near");
        Assert.Equal(("near", 1), ((string?)plan["repository"], (int?)plan["removed"]));
        var done = await _bench.JsonAsync("retention", "apply", "--yes", "--plan", (string)plan["plan"]!, "--repository", "near");

        Assert.Equal([points[0]], done["forgotten"]!.AsArray().Select(id => (string?)id));
        Assert.Equal(4, (await _bench.JsonAsync("restore-points")).AsArray().Count);
        Assert.Equal("none", (string?)(await _bench.JsonAsync("retention", "show"))["source"]);
        var again = await _bench.JsonAsync("replicate");
        Assert.Equal((0, 2, 0, 1), (again["copied"]!.AsArray().Count, (int)again["held"]!, (int)again["missing"]!, (int)again["forgottenThere"]!));
    }

    [Fact]
    public async Task Damage_that_a_read_back_found_in_the_copy_stands_in_the_status()
    {
        await _bench.MustAsync("backup");
        await _bench.MustAsync("replicate");
        var pack = Directory.GetFiles(Path.Combine(_bench.Place("near"), "packs"), "*", SearchOption.AllDirectories)[0];
        var bytes = await File.ReadAllBytesAsync(pack);
        bytes[60] ^= 1;
        File.Delete(pack);
        await File.WriteAllBytesAsync(pack, bytes);

        var damaged = await _bench.RefusedAsync(1, "damaged", "repository", "read-back", "--share", "100%", "--repository", "near");
        Assert.StartsWith("The copy near is damaged", (string?)damaged["message"], StringComparison.Ordinal);
        var status = await _bench.RunAsync("status");

        Assert.Equal(1, status.ExitCode);
        Assert.Contains("The copy near is damaged", status.Output, StringComparison.Ordinal);
        Assert.Contains("not kept", status.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_that_are_no_copys_are_refused()
    {
        await _bench.RefusedAsync(1, "not_found", "replicate", "nowhere");
        await _bench.RefusedAsync(1, "not_found", "restore-points", "--repository", "nowhere");
        await _bench.RefusedAsync(1, "not_found", "restore", "latest", "--repository", "nowhere", "--files", _bench.Folder("x"));
        await _bench.RefusedAsync(2, "invalid", "replicate", "main");
        _bench.Settings["MMDR_Repositories__far__Url"] = $"file://{_bench.Place("far")}";
        var several = await _bench.RefusedAsync(2, "invalid", "replicate");
        Assert.Contains("far, near", (string)several["message"]!, StringComparison.Ordinal);
    }

    private async Task<(int Held, int Missing)> HeldAsync()
    {
        var replicated = await _bench.JsonAsync("replicate");
        return ((int)replicated["held"]!, (int)replicated["missing"]!);
    }
}
