using System.Text.Json.Nodes;
using MmDrBot.Protection;
using MmDrBot.TestKit.Postgres;
using MmDrBot.TestKit.Tools;

namespace MmDrBot.Tests.Cli;

public sealed class CommandLineTests : IAsyncLifetime
{
    private readonly CliFixture _bench = new();

    public async Task InitializeAsync() => await _bench.InitializeAsync();

    public async Task DisposeAsync() => await _bench.DisposeAsync();

    [Fact]
    public async Task A_backup_comes_back_equal_and_a_plan_changes_nothing()
    {
        var dump = await PgDump.DumpAsync(_bench.Sample.DatabaseUri);
        var backup = await _bench.JsonAsync("backup", "--label", "first");
        var id = (string)backup["restorePoint"]!;
        var point = Assert.Single((JsonArray)await _bench.JsonAsync("restore-points"))!;
        Assert.Equal((id, "first", "complete"), ((string?)point["id"], (string?)point["label"], (string?)point["state"]));
        Assert.Equal(["database", "config", "files"], ((JsonArray)point["components"]!).Select(name => (string?)name));
        Assert.True((long)point["bytes"]! > 0 && point["createdAt"] is not null);

        var database = await _bench.DatabaseAsync();
        var (files, config) = (_bench.Place("restored/data"), _bench.Place("restored/config"));
        string[] restore = ["restore", id[..8], "--database", CliFixture.TargetOf(database), "--files", files, "--config", config];
        var plan = await _bench.JsonAsync([.. restore, "--plan"]);
        Assert.Equal(3, ((JsonArray)plan["steps"]!).Count);
        Assert.False(Directory.Exists(files));
        Assert.Equal(0, await database.ScalarAsync<long>("select count(*) from pg_class where relnamespace = 'public'::regnamespace"));

        var restored = await _bench.JsonAsync(restore);
        Assert.Equal(id, (string?)restored["restorePoint"]);
        await _bench.AssertEqualAsync(database, files, config, dump);

        var again = await _bench.RunAsync(restore);
        Assert.Equal(1, again.ExitCode);
        Assert.Contains("error: ", again.Error, StringComparison.Ordinal);

        await _bench.MustAsync([.. restore, "--overwrite"]);
        await _bench.AssertEqualAsync(database, files, config, dump);
    }

    [Fact]
    public async Task A_database_that_is_not_there_is_made_on_demand()
    {
        await _bench.MustAsync("backup", "--only", "database");
        var database = await _bench.DatabaseAsync();
        await database.DisposeAsync();
        string[] restore = ["restore", "latest", "--database", CliFixture.TargetOf(database)];
        Assert.Equal(1, (await _bench.RunAsync(restore)).ExitCode);

        await _bench.MustAsync([.. restore, "--create"]);

        Assert.Equal(await PgDump.DumpAsync(_bench.Sample.DatabaseUri), await PgDump.DumpAsync(database.Uri));
    }

    [Fact]
    public async Task What_is_there_but_cannot_be_read_gives_exit_code_3_and_a_restore_point()
    {
        await Tool.RunAsync("mkfifo", [Path.Combine(_bench.Sample.DataDirectory, "pipe")]);

        var result = await _bench.RunAsync("backup", "--json");

        Assert.Equal(3, result.ExitCode);
        Assert.Equal("partial", (string?)JsonNode.Parse(result.Output)!["state"]);
        Assert.Contains("pipe", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_repository_a_lock_and_a_wrong_key_have_codes_of_their_own()
    {
        var id = (string)JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(_bench.RepositoryDirectory, "repository.json")))!["id"]!;
        foreach (var hold in new Func<string, string, HostLock>[] { HostLock.ForMaintenance, HostLock.ForBackup })
        {
            using var held = hold(_bench.Place("locks"), id);
            await _bench.RefusedAsync(11, "locked", "backup");
        }

        _bench.Settings["MMDR_Repository__Passphrase"] = "another passphrase";
        await _bench.RefusedAsync(12, "wrong_key", "backup");
        await _bench.RefusedAsync(12, "wrong_key", "restore-points");
        Assert.Equal(12, (await _bench.RunAsync("status")).ExitCode);
        _bench.Settings["MMDR_Repository__Url"] = $"file://{_bench.Place("empty")}";
        await _bench.RefusedAsync(10, "no_repository", "backup");
        await _bench.RefusedAsync(10, "no_repository", "restore-points");
        Assert.Equal(10, (await _bench.RunAsync("status")).ExitCode);
    }

    [Fact]
    public async Task What_is_invalid_within_a_job_is_a_mistake_of_usage()
    {
        await _bench.MustAsync("backup", "--only", "config");

        await _bench.RefusedAsync(2, "invalid", "restore", "latest", "--config", _bench.Place("x"), "--owner", "no-such-user:no-such-group");
        foreach (var address in new[] { "@" + _bench.Place("missing"), "@" + _bench.Sample.ConfigFile, "mattermost", "https://user:secret-7@host/x?a=b" })
        {
            var error = await _bench.RefusedAsync(2, "invalid", "restore", "latest", "--database", address);
            Assert.Contains("postgres://user:password@host", (string?)error["hint"], StringComparison.Ordinal);
            Assert.DoesNotContain("secret-7", error.ToJsonString(), StringComparison.Ordinal);
        }

        await _bench.RefusedAsync(2, "invalid", "key", "add", "--new-passphrase-file", _bench.Place("missing"));
    }

    [Fact]
    public async Task A_damaged_restore_point_is_marked_and_said_on_standard_error()
    {
        await _bench.MustAsync("backup", "--only", "config", "--label", "good");
        var id = (string)(await _bench.JsonAsync("backup", "--only", "config"))["restorePoint"]!;
        var manifest = Path.Combine(_bench.RepositoryDirectory, "manifests", id);
        File.Delete(manifest);
        await File.WriteAllTextAsync(manifest, "not what was written");

        var result = await _bench.RunAsync("restore-points", "--json");

        Assert.Equal(3, result.ExitCode);
        Assert.Contains("1 restore point is damaged", result.Error, StringComparison.Ordinal);
        Assert.Equal([(id, "damaged")], ((JsonArray)JsonNode.Parse(result.Output)!).Select(point => ((string)point!["id"]!, (string)point["state"]!)).Where(point => point.Item2 != "complete"));
        Assert.Equal(3, (await _bench.RunAsync("restore-points")).ExitCode);
    }

    [Fact]
    public async Task A_check_advises_on_each_kind_of_damage()
    {
        await _bench.MustAsync("backup", "--only", "config");
        File.Delete(Assert.Single(Directory.GetFiles(Path.Combine(_bench.RepositoryDirectory, "indexes"))));

        var hint = (string)(await _bench.RefusedAsync(1, "damaged", "repository", "check"))["hint"]!;

        Assert.Contains("Index: `mmdr repository rebuild-index`", hint, StringComparison.Ordinal);
        Assert.DoesNotContain("manifest", hint, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task The_passphrase_may_come_from_a_file_or_a_command()
    {
        var file = _bench.Place("passphrase");
        await File.WriteAllTextAsync(file, CliFixture.Passphrase + "\n");
        _bench.Settings["MMDR_Repository__Passphrase"] = "";
        await _bench.RefusedAsync(2, "invalid", "restore-points");

        _bench.Settings["MMDR_Repository__PassphraseFile"] = file;
        await _bench.MustAsync("restore-points");

        _bench.Settings["MMDR_Repository__PassphraseFile"] = "";
        _bench.Settings["MMDR_Repository__PassphraseCommand"] = $"cat '{file}'";
        await _bench.MustAsync("restore-points");

        _bench.Settings["MMDR_Repository__PassphraseCommand"] = "exit 3";
        await _bench.RefusedAsync(2, "invalid", "restore-points");

        _bench.Settings["MMDR_Repository__PassphraseCommand"] = "";
        _bench.Settings["MMDR_Repository__PassphraseFile"] = _bench.Place("no such file");
        Assert.Equal(2, (await _bench.RunAsync("restore-points")).ExitCode);
    }

    [Fact]
    public async Task Serving_without_settings_names_each_one_that_is_missing()
    {
        _bench.Settings.Clear();
        _bench.Settings["MMDR_ConnectionStrings__State"] = _bench.Place("state.db");

        var result = await _bench.RunAsync("serve");

        Assert.Equal(2, result.ExitCode);
        foreach (var name in new[] { "Mattermost__Url", "Mattermost__Token", "Mattermost__CommandTokens__0", "Repository__Url", "Repository__PassphraseFile", "Mattermost__Directory" })
        {
            Assert.Single(result.Error.Split('\n'), line => line.Contains($"MMDR_{name}: ", StringComparison.Ordinal));
        }
    }
}
