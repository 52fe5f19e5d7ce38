using System.Text.Json.Nodes;
using Amazon.S3.Model;
using MmDrBot.TestKit.Files;
using MmDrBot.TestKit.S3;

namespace MmDrBot.Tests.Cli;

/// <summary>The command line backs up and drills a Mattermost that keeps its files in a bucket of a real S3 server.</summary>
public sealed class BucketDrillTests : IAsyncLifetime
{
    private const string Prefix = "mm/prod/";
    private readonly CliFixture _bench = new();
    private readonly string _scratch = Path.Combine("/var/tmp", $"mmdr-clis3-{Guid.NewGuid():N}"[..20]);
    private TestBucket _bucket = null!;

    public async Task InitializeAsync()
    {
        await _bench.InitializeAsync();
        Directory.CreateDirectory(_scratch);
        _bench.Settings["MMDR_Drills__Directory"] = _scratch;
        var server = await S3Server.SharedAsync();
        _bucket = await server.CreateBucketAsync();
        foreach (var file in TreeSnapshot.Of(_bench.Sample.DataDirectory).Entries.Values.Where(entry => entry.Type == "file"))
        {
            var content = new MemoryStream(await File.ReadAllBytesAsync(Path.Combine(_bench.Sample.DataDirectory, file.Path)));
            await _bucket.Client.PutObjectAsync(new PutObjectRequest { BucketName = _bucket.Name, Key = Prefix + file.Path, InputStream = content, UseChunkEncoding = false });
        }

        Directory.Delete(_bench.Sample.DataDirectory, recursive: true);
        await UseBucketAsync(server);
    }

    public async Task DisposeAsync()
    {
        await _bucket.DisposeAsync();
        await _bench.DisposeAsync();
        Directory.Delete(_scratch, recursive: true);
    }

    [Fact]
    public async Task A_drill_proves_every_attachment_of_the_bucket_on_a_throwaway_server()
    {
        await _bench.MustAsync("backup");

        var drill = await _bench.JsonAsync("verify", "latest", "--level", "drill");

        var checks = drill["checks"]!.AsArray().ToDictionary(check => (string)check!["name"]!, check => ((string?)check!["outcome"], (string?)check["detail"]));
        Assert.Equal("passed", checks["files"].Item1);
        Assert.Equal("passed", checks["attachments"].Item1);
        Assert.Matches("^([1-9][0-9]*) of \\1 that the database names are there\\.$", checks["attachments"].Item2);
        Assert.Empty(drill["notProven"]!.AsArray());
        Assert.Equal("drilled", (string?)(await _bench.JsonAsync("restore-point", "latest"))["trust"]);
        Assert.Empty(Directory.GetFileSystemEntries(_scratch));
    }

    private async Task UseBucketAsync(S3Server server)
    {
        var file = Path.Combine(_bench.Sample.ConfigDirectory, "config.json");
        var config = JsonNode.Parse(await File.ReadAllTextAsync(file))!;
        var files = config["FileSettings"]!;
        files["DriverName"] = "amazons3";
        files["AmazonS3Bucket"] = _bucket.Name;
        files["AmazonS3PathPrefix"] = Prefix;
        files["AmazonS3Endpoint"] = new Uri(server.Endpoint).Authority;
        files["AmazonS3AccessKeyId"] = server.AccessKey;
        files["AmazonS3SecretAccessKey"] = server.SecretKey;
        files["AmazonS3SSL"] = false;
        await File.WriteAllTextAsync(file, config.ToJsonString());
    }
}
