using Amazon.S3;
using Amazon.S3.Model;
using MmDrBot.Engine.ObjectStores;
using MmDrBot.Engine.ObjectStores.S3;
using MmDrBot.Engine.Tests.ObjectStores.S3;
using MmDrBot.TestKit.S3;

namespace MmDrBot.Engine.Tests.Locking;

public sealed class ProbeTests
{
    [Theory]
    [InlineData(LockMode.Governance)]
    [InlineData(LockMode.Compliance)]
    public async Task A_bucket_with_locks_proves_that_a_locked_object_can_not_be_deleted(LockMode mode)
    {
        await using var bench = await LockBench.StartAsync(mode, TimeSpan.FromMinutes(1), TimeProvider.System);

        var results = await StoreProbe.RunAsync(bench.Store, TimeProvider.System, CancellationToken.None);

        Assert.All(results, result => Assert.True(result.Kept, $"{result.Promise}: {result.Fault}"));
        Assert.Contains(results, result => result.Promise.StartsWith("a locked object can't be deleted", StringComparison.Ordinal) && !result.Warning);
        Assert.Contains(results, result => result.Promise.StartsWith("the server's clock", StringComparison.Ordinal) && !result.Warning);
        Assert.Contains(results, result => result.Promise.StartsWith("these credentials can't delete versions", StringComparison.Ordinal) && result.Warning);
        Assert.Equal(mode is LockMode.Governance, results.Any(result => result.Promise.Contains("bypass governance", StringComparison.Ordinal)));
        Assert.Empty(await bench.NamesAsync("probe/"));
    }

    [Fact]
    public async Task A_bucket_without_locks_fails_where_the_settings_ask_for_them()
    {
        var server = await S3Server.SharedAsync();
        await using var bucket = await server.CreateBucketAsync();
        using var asked = new S3ObjectStore(S3Addresses.Of(server, bucket.Name) with { Lock = new ObjectLock(LockMode.Compliance, LockBench.Period) }, TimeProvider.System);
        using var plain = new S3ObjectStore(S3Addresses.Of(server, bucket.Name), TimeProvider.System);

        Assert.Contains(await StoreProbe.InspectAsync(asked, TimeProvider.System, CancellationToken.None), result => !result.Kept && result.Fault!.Contains("no Object Lock", StringComparison.Ordinal));
        Assert.All(await StoreProbe.RunAsync(plain, TimeProvider.System, CancellationToken.None), result => Assert.True(result is { Kept: true, Warning: false }, $"{result.Promise}: {result.Fault}"));
        Assert.Empty(await bucket.ListAsync());
    }

    [Fact]
    public async Task Credentials_that_only_append_are_a_warning_and_no_failure()
    {
        await using var bench = await LockBench.StartAsync();
        await bench.DenyAsync("s3:DeleteObject", "s3:DeleteObjectVersion");

        var results = await StoreProbe.RunAsync(bench.Store, TimeProvider.System, CancellationToken.None);

        Assert.All(results, result => Assert.True(result.Kept, $"{result.Promise}: {result.Fault}"));
        Assert.Contains(results, result => result.Promise.StartsWith("objects can be deleted", StringComparison.Ordinal) && result.Warning);
        Assert.Contains(results, result => result.Promise.StartsWith("these credentials can't delete versions", StringComparison.Ordinal) && !result.Warning);
    }

    [Fact]
    public async Task Lifecycle_rules_that_would_eat_packs_fail_and_others_do_not()
    {
        await using var bench = await LockBench.StartAsync();
        await SetAsync(bench, Rule("logs", "logs/", days: 3), Rule("probes", "dr/probe/", days: 1));
        Assert.All(await InspectAsync(bench), result => Assert.True(result.Kept && !result.Warning, $"{result.Promise}: {result.Fault}"));

        await SetAsync(bench, Rule("tidy", "dr/packs/", days: 90), new LifecycleRule { Id = "old", Status = LifecycleRuleStatus.Enabled, Filter = new LifecycleFilter { LifecycleFilterPredicate = new LifecyclePrefixPredicate { Prefix = "" } }, NoncurrentVersionExpiration = new LifecycleRuleNoncurrentVersionExpiration { NoncurrentDays = 7 } });
        var results = await InspectAsync(bench);

        Assert.Contains(results, result => !result.Kept && result.Fault!.Contains("tidy", StringComparison.Ordinal) && result.Fault.Contains("90 days", StringComparison.Ordinal));
        Assert.Contains(results, result => result is { Kept: true, Warning: true } && result.Fault!.Contains("old removes them 7 days", StringComparison.Ordinal));
    }

    [Fact]
    public void Rules_that_freeze_objects_are_warned_of_and_those_that_are_off_or_for_tags_do_not_count()
    {
        var freeze = new LifecycleRule { Id = "cold", Status = LifecycleRuleStatus.Enabled, Transitions = [new LifecycleTransition { StorageClass = S3StorageClass.DeepArchive, Days = 1 }] };
        var off = Rule("off", "", days: 1);
        off.Status = LifecycleRuleStatus.Disabled;
        var tagged = Rule("tagged", "", days: 1);
        tagged.Filter.LifecycleFilterPredicate = new LifecycleTagPredicate { Tag = new Tag { Key = "k", Value = "v" } };

        var results = LifecycleJudge.Judge([freeze, off, tagged], "dr/", null, true).ToArray();

        Assert.True(Assert.Single(results) is { Kept: true, Warning: true } only && only.Fault!.Contains("DEEP_ARCHIVE", StringComparison.Ordinal));
        Assert.False(Assert.Single(LifecycleJudge.Judge([Rule("all", "", days: 1)], "dr/", null, false)).Kept);
    }

    [Fact]
    public void A_clock_that_is_off_is_warned_of()
    {
        ProbeResult Clock(TimeSpan ahead) => BucketJudge.Judge(new BucketFacts { Rules = [], ClockAhead = ahead }, new S3Address { Bucket = "b" }).Single(result => result.Promise.Contains("clock", StringComparison.Ordinal));

        Assert.True(Clock(TimeSpan.FromSeconds(1)) is { Kept: true, Warning: false });
        Assert.True(Clock(TimeSpan.FromMinutes(-3)) is { Kept: true, Warning: true } late && late.Fault!.Contains("behind", StringComparison.Ordinal));
        Assert.False(Clock(TimeSpan.FromMinutes(20)).Kept);
    }

    private static Task<IReadOnlyList<ProbeResult>> InspectAsync(LockBench bench) => StoreProbe.InspectAsync(bench.Store, TimeProvider.System, CancellationToken.None);

    private static LifecycleRule Rule(string id, string prefix, int days) => new()
    {
        Id = id,
        Status = LifecycleRuleStatus.Enabled,
        Filter = new LifecycleFilter { LifecycleFilterPredicate = new LifecyclePrefixPredicate { Prefix = prefix } },
        Expiration = new LifecycleRuleExpiration { Days = days },
    };

    private static Task SetAsync(LockBench bench, params LifecycleRule[] rules) =>
        bench.Bucket.Client.PutLifecycleConfigurationAsync(bench.Bucket.Name, new LifecycleConfiguration { Rules = [.. rules] });
}
