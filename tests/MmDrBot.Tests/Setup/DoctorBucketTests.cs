using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using MmDrBot.Access;
using MmDrBot.Diagnosis;
using MmDrBot.Features.Doctor;
using MmDrBot.TestKit.S3;

namespace MmDrBot.Tests.Setup;

public sealed class DoctorBucketTests : IAsyncLifetime
{
    private SetupFixture _setup = null!;
    private S3Server _server = null!;
    private TestBucket _bucket = null!;

    public async Task InitializeAsync()
    {
        _server = await S3Server.SharedAsync();
        _bucket = await _server.CreateBucketAsync();
        _setup = await SetupFixture.StartAsync();
        _setup.Settings["Mattermost:Url"] = "";
        await ConfigureAsync(_bucket.Name, _server.SecretKey);
    }

    public async Task DisposeAsync()
    {
        await _setup.DisposeAsync();
        await _bucket.DisposeAsync();
    }

    [Fact]
    public async Task A_file_store_in_a_bucket_is_listed_and_read()
    {
        Assert.Contains("is empty", (await FileStoreAsync()).Detail, StringComparison.Ordinal);
        await _bucket.PutAsync("20260101/teams/noteam/a", "x");

        var found = await FileStoreAsync();

        Assert.Equal(FindingState.Ok, found.State);
        Assert.Contains("listed and read", found.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no-such-bucket-anywhere", null)]
    [InlineData(null, "a-wrong-secret-key")]
    public async Task A_bucket_that_can_not_be_read_fails(string? bucket, string? secret)
    {
        await ConfigureAsync(bucket ?? _bucket.Name, secret ?? _server.SecretKey);

        var found = await FileStoreAsync();

        Assert.Equal(FindingState.Failed, found.State);
        Assert.DoesNotContain("a-wrong-secret-key", found.Detail + found.Cure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_is_left_to_itself_is_skipped()
    {
        _setup.Settings["Mattermost:FileStore"] = "leave";

        Assert.Equal(FindingState.Skipped, (await FileStoreAsync()).State);
    }

    private async Task<DoctorFinding> FileStoreAsync()
    {
        var report = await _setup.Process().GetRequiredService<RunDoctor>().HandleAsync(Actor.System, CancellationToken.None);
        return Assert.Single(report.Findings, finding => finding.What == "file store");
    }

    private async Task ConfigureAsync(string bucket, string secret)
    {
        var file = Path.Combine(_setup.Folder("config"), "config.json");
        var config = new JsonObject
        {
            ["SqlSettings"] = new JsonObject { ["DriverName"] = "postgres", ["DataSource"] = "postgres://mm:pass@127.0.0.1:9/mattermost?sslmode=disable" },
            ["FileSettings"] = new JsonObject
            {
                ["DriverName"] = "amazons3",
                ["AmazonS3Bucket"] = bucket,
                ["AmazonS3Endpoint"] = new Uri(_server.Endpoint).Authority,
                ["AmazonS3SSL"] = false,
                ["AmazonS3Region"] = _server.Region,
                ["AmazonS3AccessKeyId"] = _server.AccessKey,
                ["AmazonS3SecretAccessKey"] = secret,
            },
        };
        await File.WriteAllTextAsync(file, config.ToJsonString());
        _setup.Settings["Mattermost:ConfigFile"] = file;
    }
}
