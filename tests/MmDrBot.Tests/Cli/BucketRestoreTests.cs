using System.Text.Json.Nodes;
using MmDrBot.TestKit.Files;
using MmDrBot.TestKit.S3;

namespace MmDrBot.Tests.Cli;

/// <summary>The command line restores a file store into a bucket.</summary>
public sealed class BucketRestoreTests : IAsyncLifetime
{
    private readonly CliFixture _bench = new();
    private S3Server _server = null!;
    private TestBucket _bucket = null!;

    private string Target => $"s3://{_bucket.Name}/prod/files";

    public async Task InitializeAsync()
    {
        await _bench.InitializeAsync();
        _server = await S3Server.SharedAsync();
        _bucket = await _server.CreateBucketAsync();
        await _bench.MustAsync("backup", "--only", "files");
    }

    public async Task DisposeAsync()
    {
        await _bucket.DisposeAsync();
        await _bench.DisposeAsync();
    }

    [Fact]
    public async Task A_file_store_is_planned_and_restored_into_a_bucket_that_the_settings_reach()
    {
        _bench.Settings["MMDR_Restore__S3__Endpoint"] = _server.Endpoint;
        _bench.Settings["MMDR_Restore__S3__AccessKey"] = _server.AccessKey;
        await File.WriteAllTextAsync(_bench.Place("secret"), _server.SecretKey + "\n");
        _bench.Settings["MMDR_Restore__S3__SecretKeyFile"] = _bench.Place("secret");

        var planned = await _bench.JsonAsync("restore", "latest", "--files", Target, "--dry-run");
        Assert.Equal("empty", (string?)planned["steps"]![0]!["found"]);
        Assert.StartsWith(Target, (string?)planned["steps"]![0]!["target"], StringComparison.Ordinal);
        Assert.Empty(await _bucket.ListAsync());

        var restored = await _bench.JsonAsync("restore", "latest", "--files", Target);
        Assert.Equal(Keys(), await _bucket.ListAsync());
        Assert.Equal(Keys().Length, (int?)restored["files"]);

        var refused = await _bench.RefusedAsync(1, "conflict", "restore", "latest", "--files", Target);
        Assert.Contains("--overwrite", (string?)refused["hint"], StringComparison.Ordinal);
        await _bench.MustAsync("restore", "latest", "--files", Target, "--overwrite");
        Assert.Equal(Keys(), await _bucket.ListAsync());
    }

    [Fact]
    public async Task Where_nothing_is_set_the_configuration_of_Mattermost_tells_how_to_reach_its_bucket()
    {
        var file = Path.Combine(_bench.Sample.ConfigDirectory, "config.json");
        var config = JsonNode.Parse(await File.ReadAllTextAsync(file))!;
        var files = config["FileSettings"]!;
        files["DriverName"] = "amazons3";
        files["AmazonS3Bucket"] = _bucket.Name;
        files["AmazonS3Endpoint"] = new Uri(_server.Endpoint).Authority;
        files["AmazonS3AccessKeyId"] = _server.AccessKey;
        files["AmazonS3SecretAccessKey"] = _server.SecretKey;
        files["AmazonS3SSL"] = false;
        await File.WriteAllTextAsync(file, config.ToJsonString());

        await _bench.MustAsync("restore", "latest", "--files", Target);

        Assert.Equal(Keys(), await _bucket.ListAsync());
    }

    [Theory]
    [InlineData("--files", "s3://key:very-secret@bucket/prefix")]
    [InlineData("--files", "s3:///prefix")]
    [InlineData("--config", "s3://bucket/prefix")]
    [InlineData("--files", "s3://bucket/prefix", "--owner", "0:0")]
    public async Task What_is_no_bucket_to_restore_into_is_refused_without_repeating_keys(params string[] arguments)
    {
        await _bench.RefusedAsync(2, "invalid", ["restore", "latest", .. arguments]);

        Assert.DoesNotContain("very-secret", (await _bench.RunAsync(["restore", "latest", .. arguments])).Error, StringComparison.Ordinal);
    }

    private string[] Keys() => [.. TreeSnapshot.Of(_bench.Sample.DataDirectory).Entries.Values.Where(entry => entry.Type == "file").Select(entry => $"prod/files/{entry.Path}").Order(StringComparer.Ordinal)];
}
