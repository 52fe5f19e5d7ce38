using MmDrBot.Engine.Maintenance;
using MmDrBot.Engine.ObjectStores;
using MmDrBot.Engine.Repositories;
using MmDrBot.TestKit.Files;

namespace MmDrBot.Engine.Tests.Locking;

public sealed class LockedPruneTests
{
    [Fact]
    public async Task A_condemned_pack_goes_only_when_its_lock_has_run_out_and_then_for_good()
    {
        await using var bench = await LockBench.StartAsync(period: TimeSpan.FromSeconds(8), time: TimeProvider.System);
        await bench.ForgetAsync(await bench.BackUpAsync());
        var packs = await bench.NamesAsync("packs/");
        var until = (await Task.WhenAll(packs.Select(pack => bench.LockOfAsync(pack)))).Max(held => held!.Value.Until);
        await bench.PruneAsync();

        var locked = await bench.PruneAsync();
        Assert.True(locked.Locked == packs.Count && locked is { Deleted: 0 } && locked.LockedUntil == until, locked.ToString());
        Assert.Equal(packs, await bench.NamesAsync("packs/"));

        // The server counts real time: asked again and again until it is over.
        var count = 0;
        PruneResult deleted;
        do
        {
            deleted = await bench.PruneAsync();
            count += deleted.Deleted;
        }
        while (count < packs.Count && DateTimeOffset.UtcNow < until.AddSeconds(30));

        Assert.Equal(packs.Count, count);
        Assert.Equal(0, deleted.Kept);
        Assert.True(DateTimeOffset.UtcNow >= until);
        Assert.Empty(await bench.VersionsAsync("packs/"));
        Assert.Empty(await bench.NamesAsync("condemned/"));
    }

    [Fact]
    public async Task Where_versions_may_not_be_deleted_the_pack_is_hidden_and_counted()
    {
        await using var bench = await LockBench.StartAsync();
        await bench.ForgetAsync(await bench.BackUpAsync());
        var packs = await bench.NamesAsync("packs/");
        await bench.PruneAsync();

        // By this clock the lock is over; the server knows better, and refuses.
        bench.Clock.Advance(LockBench.Period + TimeSpan.FromDays(1));
        var result = await bench.PruneAsync();

        Assert.True(result.Deleted == packs.Count && result.Kept == packs.Count && result.Locked == 0, result.ToString());
        Assert.Empty(await bench.NamesAsync("packs/"));
        Assert.Equal(packs.Count, (await bench.VersionsAsync("packs/")).Count(version => !version.IsMarker));
        Assert.Empty((await bench.RecoverAsync()).Recovered);
        Assert.Empty((await bench.CheckAsync()).Damage);
    }

    [Fact]
    public async Task A_reprieved_pack_is_kept_locked_again_though_others_of_its_list_wait()
    {
        await using var bench = await LockBench.StartAsync();
        var first = await bench.BackUpAsync();
        var lost = await bench.NamesAsync("packs/");
        new FileTree().File("a/large.bin", Enumerable.Repeat((byte)7, 500_000).ToArray()).File("a/kept.txt", "other").Build(bench.Data);
        await bench.BackUpAsync();
        var needed = (await bench.NamesAsync("packs/")).Except(lost).ToArray();
        await bench.ForgetAsync(first);
        await bench.Repository.WriteJsonAsync(ObjectKind.Condemned, new CondemnedPacks(bench.Time.GetUtcNow(), [.. lost.Concat(needed).Select(name => ObjectNames.IdOf(name)!.Value)]), CancellationToken.None);

        var result = await bench.PruneAsync();

        Assert.True(result.Reprieved == needed.Length && result.Locked == lost.Count && result.Deleted == 0, result.ToString());
        bench.Clock.Advance(LockBench.Period * 0.6);
        await bench.ExtendAsync();
        Assert.True((await bench.LockOfAsync(needed[0]))!.Value.Until > bench.Clock.GetUtcNow() + (LockBench.Period / 2));
        Assert.True((await bench.LockOfAsync(lost[0]))!.Value.Until < bench.Clock.GetUtcNow() + (LockBench.Period / 2));
    }
}
