using System.Text.Json.Nodes;
using Amazon.S3;
using MmDrBot.TestKit.Files;
using MmDrBot.TestKit.S3;

namespace MmDrBot.Tests.Cli;

/// <summary>The command line with a bucket that locks, and somebody else who has its keys.</summary>
public sealed class ObjectLockTests : IAsyncLifetime
{
    private readonly CliFixture _bench = new();
    private S3Server _server = null!;
    private TestBucket _bucket = null!;

    public async Task InitializeAsync()
    {
        await _bench.InitializeAsync();
        _server = await S3Server.SharedAsync();
        _bucket = await _server.CreateBucketAsync(objectLock: true);
        Use(_bucket.Name);
        _bench.Settings["MMDR_Repository__ObjectLock__Mode"] = "governance";
        _bench.Settings["MMDR_Repository__ObjectLock__Days"] = "7";
    }

    public async Task DisposeAsync()
    {
        await _bucket.DisposeAsync();
        await _bench.DisposeAsync();
    }

    [Fact]
    public async Task A_locked_repository_survives_somebody_who_deletes_everything_with_its_keys()
    {
        await _bench.MustAsync("repository", "init");
        var first = await _bench.JsonAsync("backup", "--only", "files");
        await _bench.JsonAsync("backup", "--only", "files");
        Assert.Equal("governance", (string?)first["lock"]!["mode"]);
        Assert.True((DateTimeOffset)first["lock"]!["until"]! > DateTimeOffset.UtcNow.AddDays(6));

        foreach (var key in await _bucket.ListAsync())
        {
            await _bucket.Client.DeleteObjectAsync(_bucket.Name, key);
        }

        Assert.Empty(await _bucket.ListAsync());
        await _bench.RefusedAsync(10, "no_repository", "restore", "latest", "--files", _bench.Place("gone"));
        var would = await _bench.JsonAsync("repository", "recover-hidden", "--dry-run");
        Assert.Empty(await _bucket.ListAsync());
        var back = await _bench.JsonAsync("repository", "recover-hidden");

        Assert.Equal(would["recovered"]!.ToJsonString(), back["recovered"]!.ToJsonString());
        Assert.True((bool)(await _bench.JsonAsync("repository", "check", "--read-data"))["good"]!);
        await _bench.MustAsync("restore", "latest", "--files", _bench.Place("restored"));
        Assert.Empty(TreeSnapshot.Of(_bench.Sample.DataDirectory).DifferencesTo(TreeSnapshot.Of(_bench.Place("restored"))));
        Assert.Equal(0, (int)(await _bench.JsonAsync("repository", "extend-locks"))["extended"]!);
    }

    [Fact]
    public async Task Settings_that_ask_for_locks_get_nothing_written_into_a_bucket_that_has_none()
    {
        await using var plain = await _server.CreateBucketAsync();
        Use(plain.Name);

        var refused = await _bench.RefusedAsync(2, "invalid", "repository", "init");

        Assert.Contains("has no Object Lock", (string?)refused["message"], StringComparison.Ordinal);
        Assert.Empty(await plain.ListAsync());
        var doctor = JsonNode.Parse((await _bench.RunAsync("doctor", "--json")).Output)!["findings"]!.AsArray();
        Assert.Contains(doctor, finding => (string?)finding!["state"] == "failed" && ((string?)finding["detail"])!.Contains("has no Object Lock", StringComparison.Ordinal));
        var test = await _bench.RunAsync("repository", "test");
        Assert.Equal(1, test.ExitCode);
        Assert.Contains("can't be trusted with restore points", test.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_check_of_settings_says_plainly_that_compliance_can_not_be_undone()
    {
        _bench.Settings["MMDR_Repository__ObjectLock__Mode"] = "compliance";

        var findings = JsonNode.Parse((await _bench.RunAsync("config", "check", "--json")).Output)!["findings"]!.AsArray();

        Assert.Contains(findings, finding => ((string?)finding!["value"])!.Contains("nobody can undo that: neither you, nor we, nor the store's operator", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Mode", "firm")]
    [InlineData("Days", "0")]
    public async Task Settings_of_locks_that_make_no_sense_are_refused(string setting, string value)
    {
        _bench.Settings[$"MMDR_Repository__ObjectLock__{setting}"] = value;

        Assert.Contains($"ObjectLock__{setting}", (await _bench.RunAsync("status")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_can_not_be_asked_for_locks()
    {
        _bench.Settings["MMDR_Repository__Url"] = $"file://{_bench.RepositoryDirectory}";

        var result = await _bench.RunAsync("status");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("only a bucket can", result.Error, StringComparison.Ordinal);
    }

    private void Use(string bucket)
    {
        _bench.Settings["MMDR_Repository__Url"] = $"s3://{bucket}/dr";
        _bench.Settings["MMDR_Repository__S3__Endpoint"] = _server.Endpoint;
        _bench.Settings["MMDR_Repository__S3__AccessKey"] = _server.AccessKey;
        _bench.Settings["MMDR_Repository__S3__SecretKey"] = _server.SecretKey;
    }
}
