using MmDrBot.Engine.Locking;
using MmDrBot.Engine.ObjectStores;
using MmDrBot.Engine.ObjectStores.S3;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Tests.Support;

namespace MmDrBot.Engine.Tests.Locking;

public sealed class LockOutlookTests
{
    [Fact]
    public async Task It_shows_locks_that_nobody_extends_and_that_they_were_extended()
    {
        await using var bench = await LockBench.StartAsync();
        await bench.BackUpAsync();
        var begun = bench.Clock.GetUtcNow();
        var fresh = await LookAsync(bench);
        Assert.Equal((await bench.NamesAsync()).Count(ObjectLock.Covers), fresh.Objects);
        Assert.Equal((0, LockBench.Period), (fresh.Unlocked, fresh.Period));
        Assert.InRange(fresh.FirstEnd!.Value, begun + LockBench.Period, begun + LockBench.Period + TimeSpan.FromSeconds(1));

        bench.Clock.Advance(LockBench.Period * 0.9);
        Assert.Equal(fresh, await LookAsync(bench));
        bench.Clock.Advance(LockBench.Period * 0.2);
        Assert.Equal(fresh with { Unlocked = fresh.Objects }, await LookAsync(bench));

        await bench.ExtendAsync();
        var extended = await LookAsync(bench);
        Assert.Equal(0, extended.Unlocked);
        Assert.True(extended.FirstEnd >= bench.Clock.GetUtcNow() + LockBench.Period, extended.ToString());
    }

    [Fact]
    public async Task What_the_note_does_not_know_is_asked_for_and_counts()
    {
        await using var bench = await LockBench.StartAsync();
        await bench.ExtendAsync();
        using var plain = new S3ObjectStore(bench.Address with { Lock = null }, TimeProvider.System);
        await RepositoryRecords.WriteAsync(new Repository(plain, bench.Repository.Key), RecordKind.Ledger, new { n = 1 }, CancellationToken.None);
        Assert.Equal(1, (await LookAsync(bench)).Unlocked);

        await bench.ExtendAsync();
        var before = await LookAsync(bench);
        await bench.Store.DeleteAsync([.. await bench.NamesAsync("locks/")], CancellationToken.None);

        Assert.Equal(before, await LookAsync(bench));
    }

    [Fact]
    public async Task What_is_left_to_run_out_does_not_count()
    {
        await using var bench = await LockBench.StartAsync();
        var point = await bench.BackUpAsync();
        await bench.ForgetAsync(point);
        Assert.NotEqual(0, (await bench.PruneAsync()).Condemned);
        bench.Clock.Advance(LockBench.Period * 0.6);
        await bench.ExtendAsync();
        bench.Clock.Advance(LockBench.Period * 0.45);

        var outlook = await LookAsync(bench);

        Assert.True((await bench.LockOfAsync((await bench.NamesAsync("packs/"))[0]))!.Value.Until < bench.Clock.GetUtcNow());
        Assert.Equal(0, outlook.Unlocked);
        Assert.True(outlook.FirstEnd > bench.Clock.GetUtcNow(), outlook.ToString());
    }

    [Fact]
    public async Task Two_thousand_packs_that_the_note_knows_cost_no_question()
    {
        var empty = await MemoryRepository.CreateAsync();
        LockingMemoryStore store = null!;
        var repository = empty.Copy(inner => store = new LockingMemoryStore((ObjectStores.MemoryObjectStore)inner, new ObjectLock(LockMode.Governance, LockBench.Period), empty.Time));
        for (var i = 0; i < 2000; i++)
        {
            await store.CreateAsync(ObjectNames.Of(ObjectKind.Pack, ObjectNames.HashOf(BitConverter.GetBytes(i))), BitConverter.GetBytes(i), CancellationToken.None);
        }

        store.Counted();
        await LockOutlook.ReadAsync(repository.Repository, empty.Time, CancellationToken.None);
        Assert.InRange(store.Counted().Questions, 1, 256);
        await new LockKeeper(repository.Repository, empty.Time).ExtendAsync(CancellationToken.None);
        store.Counted();

        Assert.Equal(2002, (await LockOutlook.ReadAsync(repository.Repository, empty.Time, CancellationToken.None))!.Objects);
        Assert.Equal((0, 0), store.Counted() is var counted ? (counted.Questions, counted.Extensions) : default);
    }

    private static async Task<LockOutlook> LookAsync(LockBench bench) => (await LockOutlook.ReadAsync(bench.Repository, bench.Time, CancellationToken.None))!;
}
