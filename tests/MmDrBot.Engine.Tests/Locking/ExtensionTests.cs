using MmDrBot.Engine.Locking;
using MmDrBot.Engine.ObjectStores;
using MmDrBot.Engine.ObjectStores.S3;
using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Tests.Locking;

public sealed class ExtensionTests
{
    [Fact]
    public async Task An_old_pack_of_a_new_restore_point_is_locked_anew_before_half_of_its_lock_is_over()
    {
        await using var bench = await LockBench.StartAsync();
        await bench.BackUpAsync();
        var packs = await bench.NamesAsync("packs/");
        var pack = packs[0];
        var first = (await bench.LockOfAsync(pack))!.Value.Until;

        bench.Clock.Advance(LockBench.Period / 2 - TimeSpan.FromHours(1));
        Assert.Equal(0, (await bench.BackUpAndTellAsync()).Extended);
        Assert.Equal(first, (await bench.LockOfAsync(pack))!.Value.Until);

        bench.Clock.Advance(TimeSpan.FromHours(2));
        var report = await bench.BackUpAndTellAsync();
        Assert.True(report.Extended >= 4, report.ToString());
        Assert.True(report.Until > bench.Clock.GetUtcNow() + (LockBench.Period / 2), report.ToString());
        Assert.Equal(packs, await bench.NamesAsync("packs/"));
        foreach (var name in (await bench.NamesAsync()).Where(ObjectLock.Covers))
        {
            Assert.True((await bench.LockOfAsync(name))!.Value.Until > bench.Clock.GetUtcNow() + (LockBench.Period / 2), name);
        }
    }

    [Fact]
    public async Task A_second_round_asks_next_to_nothing()
    {
        await using var bench = await LockBench.StartAsync();
        for (var i = 0; i < 30; i++)
        {
            await RepositoryRecords.WriteAsync(bench.Repository, RecordKind.Verification, new { i }, CancellationToken.None);
        }

        var first = await bench.ExtendAsync();
        var second = await bench.ExtendAsync();

        Assert.Equal((first.Objects, 0), (first.Asked, first.Extended));
        Assert.InRange(second.Asked, 1, 16);
        Assert.Single(await bench.NamesAsync("locks/"));
    }

    [Fact]
    public async Task What_was_written_before_locks_were_asked_for_is_locked_by_the_next_round()
    {
        await using var bench = await LockBench.StartAsync();
        using var plain = new S3ObjectStore(bench.Address with { Lock = null }, TimeProvider.System);
        await RepositoryRecords.WriteAsync(new Repository(plain, bench.Repository.Key), RecordKind.Ledger, new { n = 1 }, CancellationToken.None);
        var name = Assert.Single(await bench.NamesAsync("ledger/"));
        Assert.Null(await bench.LockOfAsync(name));

        Assert.Equal(1, (await bench.ExtendAsync()).Extended);

        Assert.NotNull(await bench.LockOfAsync(name));
    }

    [Fact]
    public async Task Locks_are_never_shortened_and_keep_the_mode_that_they_have_which_is_told()
    {
        await using var bench = await LockBench.StartAsync(period: TimeSpan.FromMinutes(2));
        using var firm = new S3ObjectStore(bench.Address with { Lock = new ObjectLock(LockMode.Compliance, TimeSpan.FromMinutes(1)) }, bench.Time);
        var before = await bench.LockOfAsync("repository.json");

        var report = (await new LockKeeper(new Repository(firm, bench.Repository.Key), bench.Time).ExtendAsync(CancellationToken.None))!;

        Assert.Equal(before, await bench.LockOfAsync("repository.json"));
        Assert.Contains(report.Warnings, warning => warning.StartsWith("2 objects of 2 were locked in governance mode", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_can_not_be_extended_ends_the_backup_before_there_is_a_restore_point()
    {
        await using var bench = await LockBench.StartAsync();
        await bench.BackUpAsync();
        bench.Clock.Advance(LockBench.Period * 0.6);
        await bench.DenyAsync("s3:PutObjectRetention");

        var refused = await Assert.ThrowsAsync<EngineException>(bench.BackUpAsync);

        Assert.Contains("could not be locked for longer", refused.Message, StringComparison.Ordinal);
        Assert.Single(await bench.NamesAsync("manifests/"));
    }

    [Fact]
    public async Task A_lock_that_somebody_bypassed_is_told_and_put_back()
    {
        await using var bench = await LockBench.StartAsync();
        await bench.ExtendAsync();
        var version = Assert.Single(await bench.VersionsAsync("repository.json"));
        await bench.Bucket.Client.PutObjectRetentionAsync(new Amazon.S3.Model.PutObjectRetentionRequest
        {
            BucketName = bench.Bucket.Name,
            Key = "dr/repository.json",
            VersionId = version.Version,
            BypassGovernanceRetention = true,
            Retention = new Amazon.S3.Model.ObjectLockRetention { Mode = Amazon.S3.ObjectLockRetentionMode.Governance, RetainUntilDate = DateTime.UtcNow.AddMinutes(1) },
        });

        var report = await bench.ExtendAsync();

        Assert.Contains(report.Warnings, warning => warning.StartsWith("repository.json was locked until", StringComparison.Ordinal));
        Assert.True((await bench.LockOfAsync("repository.json"))!.Value.Until > bench.Clock.GetUtcNow() + TimeSpan.FromDays(29));
    }

    [Fact]
    public async Task Condemned_packs_and_forgotten_restore_points_are_left_to_run_out()
    {
        await using var bench = await LockBench.StartAsync();
        var point = await bench.BackUpAsync();
        var packs = await bench.NamesAsync("packs/");
        var pack = packs[0];
        await bench.ForgetAsync(point);
        Assert.Equal(packs.Count, (await bench.PruneAsync()).Condemned);
        var before = (await bench.LockOfAsync(pack))!.Value.Until;

        bench.Clock.Advance(LockBench.Period * 0.6);
        var report = await bench.ExtendAsync();

        Assert.Empty(report.Warnings);
        Assert.Equal(before, (await bench.LockOfAsync(pack))!.Value.Until);
        Assert.True((await bench.LockOfAsync("repository.json"))!.Value.Until > before);
    }
}
