using MmDrBot.Engine.Keeping;
using MmDrBot.Engine.Maintenance;
using MmDrBot.Engine.ObjectStores.S3;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Tests.Locking;
using MmDrBot.TestKit.Files;

namespace MmDrBot.Engine.Tests.Keeping;

/// <summary>Retention in a real bucket with Object Lock.</summary>
public sealed class RetentionBucketTests
{
    [Fact]
    public async Task Two_hosts_apply_it_side_by_side_and_what_is_pinned_stays_and_is_locked()
    {
        await using var bench = await LockBench.StartAsync();
        var points = new RestorePoint[5];
        for (var night = 0; night < points.Length; night++)
        {
            bench.Clock.Advance(TimeSpan.FromHours(1));
            new FileTree().File($"a/{night}.bin", size: 40_000 + night).Build(bench.Data);
            points[night] = await bench.BackUpAsync();
        }

        var pin = await new PinBook(bench.Repository).AddAsync(PinKind.Hold, points[0].Id, "alice", "case 7", bench.Time, CancellationToken.None);
        Assert.NotNull(await bench.LockOfAsync($"pins/{pin.Id}"));
        using var beside = new S3ObjectStore(bench.Address, bench.Time);
        var other = await RepositoryAccess.OpenAsync(beside, LockBench.Secret, CancellationToken.None);

        await Task.WhenAll(ApplyAsync(bench, bench.Repository), ApplyAsync(bench, other));

        Assert.Equal([points[0].Id, points[3].Id, points[4].Id], (await other.RestorePointsAsync(CancellationToken.None)).Select(point => point.Id));
        Assert.Equal(3, (await bench.NamesAsync("manifests/")).Count);
        Assert.Empty((await bench.CheckAsync()).Damage);
    }

    [Fact]
    public async Task Credentials_that_may_not_delete_forget_nothing()
    {
        await using var bench = await LockBench.StartAsync();
        var points = new[] { await bench.BackUpAsync(), await bench.BackUpAsync(), await bench.BackUpAsync() };
        await bench.DenyAsync("s3:DeleteObject", "s3:DeleteObjectVersion");

        var refused = await Assert.ThrowsAsync<EngineException>(() => ApplyAsync(bench, bench.Repository));

        Assert.Contains("may not delete, so nothing was removed", refused.Message, StringComparison.Ordinal);
        Assert.Equal(points.Select(point => point.Id).Order(), (await bench.Repository.RestorePointsAsync(CancellationToken.None)).Select(point => point.Id).Order());
        Assert.Empty(await bench.NamesAsync("tombstones/"));
    }

    private static async Task ApplyAsync(LockBench bench, Repository repository)
    {
        var run = new RetentionRun(repository, bench.Time, new RetentionSurvey(repository));
        var policy = PolicyTests.Policy("last 2");
        var plan = await run.PlanAsync(policy, CancellationToken.None);
        await run.RunAsync(policy, [.. plan.Removed.Select(point => point.Id)], "test", static _ => Task.CompletedTask, CancellationToken.None);
        await new Pruner(repository, bench.Time).RunAsync(new PruneRequest { SoleWriter = true }, CancellationToken.None);
    }
}
