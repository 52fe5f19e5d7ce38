namespace MmDrBot.Tests.Cli;

public sealed class GiveUpTests : IAsyncLifetime
{
    private readonly CliFixture _bench = new();

    public async Task InitializeAsync() => await _bench.InitializeAsync();

    public async Task DisposeAsync() => await _bench.DisposeAsync();

    [Fact]
    public async Task A_manifest_that_is_gone_is_given_up_with_a_reason_that_check_and_audit_keep()
    {
        var lost = (string?)(await _bench.JsonAsync("backup", "--only", "files"))["restorePoint"];
        await _bench.MustAsync("backup", "--only", "files");
        File.Delete(Path.Combine(_bench.RepositoryDirectory, "manifests", lost!));
        await _bench.RefusedAsync(1, "damaged", "repository", "check");

        await _bench.RefusedAsync(2, "usage", "repository", "give-up", lost![..8]);
        await _bench.RefusedAsync(2, "invalid", "repository", "give-up", lost[..8], "--reason", "  ");
        await _bench.RefusedAsync(1, "not_found", "repository", "give-up", "ffff0000", "--reason", "why");
        var given = await _bench.JsonAsync("repository", "give-up", lost[..8], "--reason", "the disk is gone");

        Assert.Equal($"manifests/{lost}", (string?)given["givenUp"]);
        var check = await _bench.JsonAsync("repository", "check");
        Assert.Contains(check["notes"]!.AsArray(), note => ((string)note!).EndsWith("the disk is gone", StringComparison.Ordinal));
        var entries = (await _bench.JsonAsync("audit"))["entries"]!.AsArray().Where(entry => (string?)entry!["action"] == "repository.given_up").ToArray();
        Assert.Equal(2, entries.Length);
        Assert.All(entries, entry => Assert.Contains("the disk is gone", entry!["detail"]!.ToJsonString(), StringComparison.Ordinal));
        await _bench.MustAsync("repository", "prune");
    }
}
