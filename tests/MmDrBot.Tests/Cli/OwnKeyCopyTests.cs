using System.Text.Json.Nodes;
using MmDrBot.TestKit.Postgres;

namespace MmDrBot.Tests.Cli;

/// <summary>A copy with a passphrase of its own, by the real program from its making to a restore on a machine that has nothing else.</summary>
public sealed class OwnKeyCopyTests : IAsyncLifetime
{
    private const string OwnPassphrase = "another passphrase, for the copy alone 7731";
    private readonly CliFixture _bench = new();

    public async Task InitializeAsync()
    {
        await _bench.InitializeAsync();
        await File.WriteAllTextAsync(_bench.Place("far-passphrase"), OwnPassphrase + "\n");
        _bench.Settings["MMDR_Repositories__far__Url"] = $"file://{_bench.Place("far")}";
        _bench.Settings["MMDR_Repositories__far__PassphraseFile"] = _bench.Place("far-passphrase");
    }

    public Task DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task It_restores_with_its_own_passphrase_alone_when_all_else_is_gone()
    {
        var dump = await PgDump.DumpAsync(_bench.Sample.DatabaseUri);
        var id = (string)(await _bench.JsonAsync("backup"))["restorePoint"]!;

        var first = await _bench.JsonAsync("replicate", "far");
        var again = await _bench.JsonAsync("replicate", "far");

        Assert.True((bool)first["ownKey"]!);
        Assert.Equal((1, 1, 0), (first["copied"]!.AsArray().Count, (int)first["held"]!, (int)first["missing"]!));
        Assert.Empty(again["copied"]!.AsArray());
        var copied = (string?)(await _bench.JsonAsync("restore-points", "--repository", "far"))[0]!["id"];
        Assert.NotEqual(id, copied);
        await _bench.AssertRestoresAsync("latest", dump, "--repository", "far");

        Directory.Delete(_bench.RepositoryDirectory, recursive: true);
        File.Delete(_bench.Place("state.db"));
        File.Delete(_bench.Place("far-passphrase"));
        _bench.Settings.Remove("MMDR_Repositories__far__Url");
        _bench.Settings.Remove("MMDR_Repositories__far__PassphraseFile");
        _bench.Settings["MMDR_Repository__Url"] = $"file://{_bench.Place("far")}";
        await _bench.RefusedAsync(12, "wrong_key", "restore-points");
        _bench.Settings["MMDR_Repository__Passphrase"] = OwnPassphrase;
        Assert.Equal(copied, (string?)(await _bench.JsonAsync("restore-points"))[0]!["id"]);
        await _bench.MustAsync("repository", "check", "--read-data");
        await _bench.AssertRestoresAsync("latest", dump);
    }

    [Fact]
    public async Task It_has_recovery_keys_verifications_and_a_retention_of_its_own()
    {
        await _bench.MustAsync("backup", "--only", "config");
        var id = (string)(await _bench.JsonAsync("backup", "--only", "config"))["restorePoint"]!;
        await _bench.MustAsync("replicate", "far");
        var there = (await _bench.JsonAsync("restore-points", "--repository", "far")).AsArray().Select(point => (string)point!["id"]!).ToArray();

        await _bench.MustAsync("verify", there[0], "--level", "data", "--repository", "far");
        await _bench.RefusedAsync(1, "not_found", "verify", id, "--repository", "far");
        Assert.Equal("data_verified", (string?)(await _bench.JsonAsync("restore-point", there[0], "--repository", "far"))["trust"]);
        Assert.Equal("taken", (string?)(await _bench.JsonAsync("restore-point", id))["trust"]);
        await _bench.MustAsync("forget", there[1], "--repository", "far");
        var later = await _bench.JsonAsync("replicate", "far");

        Assert.Equal((0, 1, 0, 1), (later["copied"]!.AsArray().Count, (int)later["held"]!, (int)later["missing"]!, (int)later["forgottenThere"]!));
        Assert.Equal(2, (await _bench.JsonAsync("restore-points")).AsArray().Count);
        Assert.Equal("ok", (string?)(await _bench.JsonAsync("repositories"))[1]!["state"]);
    }

    [Theory]
    [InlineData("main")]
    [InlineData("far")]
    public async Task Content_that_is_lost_on_one_side_is_brought_from_the_other(string damaged)
    {
        var dump = await PgDump.DumpAsync(_bench.Sample.DatabaseUri);
        await _bench.MustAsync("backup");
        await _bench.MustAsync("replicate", "far");
        Directory.Delete(Path.Combine(damaged == "main" ? _bench.RepositoryDirectory : _bench.Place("far"), "packs"), recursive: true);

        var dry = await _bench.JsonAsync("repository", "repair", "--repository", damaged, "--dry-run");
        var result = await _bench.JsonAsync("repository", "repair", "--repository", damaged);

        Assert.Equal((damaged == "main" ? "far" : "main", 0, 0), ((string)result["from"]!, result["result"]!["lost"]!.AsArray().Count, result["result"]!["losses"]!.AsArray().Count));
        Assert.Equal((int)dry["result"]!["resealed"]!, (int)result["result"]!["resealed"]!);
        Assert.True((bool)result["check"]!["good"]!);
        await _bench.MustAsync("repository", "check", "--read-data", "--repository", damaged);
        await _bench.AssertRestoresAsync("latest", dump, "--repository", damaged);
    }

    [Fact]
    public async Task The_copy_s_key_opens_nothing_else()
    {
        await _bench.MustAsync("backup", "--only", "config");
        await _bench.MustAsync("replicate", "far");
        Directory.Delete(_bench.RepositoryDirectory, recursive: true);
        Directory.CreateDirectory(_bench.RepositoryDirectory);

        await _bench.RefusedAsync(10, "no_repository", "repository", "repair", "--from", "far");

        Assert.Empty(Directory.EnumerateFileSystemEntries(_bench.RepositoryDirectory));
    }
}
