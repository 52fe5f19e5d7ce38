using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.DependencyInjection;
using MmDrBot.Alarms;
using MmDrBot.Alarms.Sources;
using MmDrBot.TestKit.S3;
using MmDrBot.Tests.Data;

namespace MmDrBot.Tests.Alarms;

/// <summary>A real bucket that somebody gives a rule long after the repository was made.</summary>
public sealed class LifecycleAlarmTests : IAsyncLifetime
{
    private TestBucket _bucket = null!;
    private AlarmBench _bench = null!;

    public async Task InitializeAsync()
    {
        var server = await S3Server.SharedAsync();
        _bucket = await server.CreateBucketAsync();
        _bench = new AlarmBench(
            StateDatabases.Sqlite(),
            ("Repository:Url", "file:///srv/mmdr"),
            ("Repositories:offsite:Url", $"s3://{_bucket.Name}/dr"), ("Repositories:offsite:S3:Endpoint", server.Endpoint), ("Repositories:offsite:S3:AccessKey", server.AccessKey), ("Repositories:offsite:S3:SecretKey", server.SecretKey),
            ("Repositories:away:Url", "s3://nowhere/dr"), ("Repositories:away:S3:Endpoint", "http://127.0.0.1:9"), ("Repositories:away:S3:AccessKey", "x"), ("Repositories:away:S3:SecretKey", "y"));
    }

    public async Task DisposeAsync()
    {
        await _bench.DisposeAsync();
        await _bucket.DisposeAsync();
    }

    [Fact]
    public async Task A_rule_that_deletes_packs_is_told_until_it_is_gone_and_of_what_is_away_nothing_is_known()
    {
        var source = ActivatorUtilities.CreateInstance<LifecycleSource>(_bench.NewProcess());
        async Task<AlarmJudgement> JudgeAsync() => await source.JudgeAsync(_bench.Clock.GetUtcNow(), CancellationToken.None);
        var before = await JudgeAsync();
        Assert.Empty(before.Alarms);
        Assert.Equal(["lifecycle_rule/away"], before.Unknown);

        await SetAsync("logs", "logs/");
        Assert.Empty((await JudgeAsync()).Alarms);
        await SetAsync("tidy", "dr/packs/");
        var alarm = Assert.Single((await JudgeAsync()).Alarms);

        Assert.Equal(("lifecycle_rule/offsite", AlarmSeverity.Critical), (alarm.Key, alarm.Severity));
        Assert.Contains("rule tidy deletes objects after 90 days", alarm.Message, StringComparison.Ordinal);
        await _bucket.Client.DeleteLifecycleConfigurationAsync(_bucket.Name);
        Assert.Empty((await JudgeAsync()).Alarms);
    }

    private Task SetAsync(string id, string prefix) => _bucket.Client.PutLifecycleConfigurationAsync(_bucket.Name, new LifecycleConfiguration
    {
        Rules = [new LifecycleRule { Id = id, Status = LifecycleRuleStatus.Enabled, Filter = new LifecycleFilter { LifecycleFilterPredicate = new LifecyclePrefixPredicate { Prefix = prefix } }, Expiration = new LifecycleRuleExpiration { Days = 90 } }],
    });
}
