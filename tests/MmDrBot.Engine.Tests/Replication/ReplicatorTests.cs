using MmDrBot.Engine.Backup;
using MmDrBot.Engine.Replication;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Tests.ObjectStores;
using MmDrBot.Engine.Tests.Support;

namespace MmDrBot.Engine.Tests.Replication;

public sealed class ReplicatorTests
{
    [Fact]
    public async Task A_copy_is_a_whole_repository_of_its_own_with_the_same_bytes()
    {
        using var bench = await CopyBench.CreateAsync();
        var first = await bench.World.BackUpAsync();
        var second = await bench.ChangeAndBackUpAsync();
        await RepositoryRecords.WriteAsync(bench.Main.Repository, RecordKind.Ledger, new { n = 1 }, CancellationToken.None);

        var result = await bench.ReplicateAsync();

        Assert.Equal([second.Id, first.Id], result.Copied);
        Assert.Equal([first.Id, second.Id], result.Held.Select(point => point.Id));
        Assert.Empty(result.Missing);
        Assert.Empty(result.Problems);
        var (main, copy) = (bench.Main.Store.Objects, bench.Target.Objects);
        Assert.All(main.Where(item => !item.Key.StartsWith("indexes/", StringComparison.Ordinal)), item => Assert.Equal(item.Value, copy[item.Key]));
        Assert.Equal(0, result.Confirmed);
        Assert.Equal(result.Packs + result.Records + result.Copied.Count, result.ReadBack);
        bench.Main.Store.Objects.Clear();
        await bench.AssertWholeAsync("copied");
    }

    [Fact]
    public async Task What_is_there_is_not_sent_again()
    {
        using var bench = await CopyBench.CreateAsync();
        await bench.World.BackUpAsync();
        await bench.ReplicateAsync();

        var again = await bench.ReplicateAsync();
        var third = await bench.ChangeAndBackUpAsync();
        var more = await bench.ReplicateAsync();

        Assert.Equal((0, 0L, 0, 0), (again.Packs, again.Bytes, again.Records, again.Copied.Count));
        Assert.Equal(third.Id, Assert.Single(more.Copied));
        Assert.NotEqual(0, more.Packs);
        await bench.AssertWholeAsync("twice");
    }

    [Fact]
    public async Task One_restore_point_can_go_first()
    {
        using var bench = await CopyBench.CreateAsync();
        var first = await bench.World.BackUpAsync();
        var second = await bench.ChangeAndBackUpAsync();
        var third = await bench.ChangeAndBackUpAsync();

        var result = await bench.ReplicateAsync(new ReplicationRequest { RestorePoint = second.Id });

        Assert.Equal(second.Id, Assert.Single(result.Copied));
        Assert.Equal([first.Id, third.Id], result.Missing.Select(point => point.Id));
        await bench.AssertWholeAsync("one of three", first);
        await bench.ReplicateAsync();
        await bench.AssertWholeAsync("all of three");
    }

    [Fact]
    public async Task A_copy_keeps_what_the_first_repository_forgets_and_prunes()
    {
        using var bench = await CopyBench.CreateAsync();
        var first = await bench.World.BackUpAsync();
        await bench.ReplicateAsync();
        var second = await bench.ChangeAndBackUpAsync();
        await bench.Main.ForgetAsync(first);
        await bench.PruneMainAsync();
        var third = await bench.ChangeAndBackUpAsync();

        await bench.ReplicateAsync();

        Assert.Equal([first.Id, second.Id, third.Id], await bench.PointsAsync());
        await bench.AssertWholeAsync("after a prune");
    }

    [Fact]
    public async Task A_restore_point_goes_to_the_copies_that_it_is_for_and_they_tell_by_themselves_why_others_are_not_there()
    {
        using var bench = await CopyBench.CreateAsync();
        var everywhere = await bench.World.BackUpAsync();
        var near = await BackUpForAsync(bench, "near");
        var nowhere = await BackUpForAsync(bench);
        var last = await bench.ChangeAndBackUpAsync();

        var offsite = await bench.ReplicateAsync(new ReplicationRequest { Copy = "offsite" });

        Assert.Equal([everywhere.Id, last.Id], await bench.PointsAsync());
        Assert.Empty(offsite.Missing);
        await bench.AssertWholeAsync("without what is not for it");
        Assert.Equal(0, (await bench.ReplicateAsync(new ReplicationRequest { Copy = "offsite" })).Records);

        Assert.Equal(nowhere.Id, Assert.Single((await bench.ReplicateAsync(new ReplicationRequest { Copy = "offsite", RestorePoint = nowhere.Id })).Copied));
        Assert.Equal(near.Id, Assert.Single((await bench.ReplicateAsync(new ReplicationRequest { Copy = "near" })).Copied));
        await bench.AssertWholeAsync("with all of it");
    }

    [Fact]
    public async Task What_was_forgotten_before_it_was_copied_is_not_copied_and_not_missed()
    {
        using var bench = await CopyBench.CreateAsync();
        var first = await bench.World.BackUpAsync();
        var second = await bench.ChangeAndBackUpAsync();
        await bench.Main.ForgetAsync(first);

        await bench.ReplicateAsync();

        Assert.Equal([second.Id], await bench.PointsAsync());
        await bench.AssertWholeAsync("never copied");
    }

    [Fact]
    public async Task A_copy_has_a_retention_of_its_own()
    {
        using var bench = await CopyBench.CreateAsync();
        var first = await bench.World.BackUpAsync();
        var second = await bench.ChangeAndBackUpAsync();
        await bench.ReplicateAsync();
        await bench.ForgetInCopyAsync(first);
        await bench.PruneCopyAsync();
        bench.Main.Time.Advance(TimeSpan.FromHours(25));
        await bench.PruneCopyAsync();

        var again = await bench.ReplicateAsync();

        Assert.Empty(again.Copied);
        Assert.Empty(again.Missing);
        Assert.Equal((first.Id, second.Id), (Assert.Single(again.ForgottenThere).Id, Assert.Single(again.Held).Id));
        Assert.Equal([second.Id], await bench.PointsAsync());
        await bench.AssertWholeAsync("pruned there");
    }

    /// <summary>The pack's name can't be used: a prune of the copy is about to delete it. Its content gets a new pack.</summary>
    [Fact]
    public async Task What_the_copy_has_condemned_is_stored_anew_there()
    {
        using var bench = await CopyBench.CreateAsync();
        var first = await bench.World.BackUpAsync();
        await bench.ReplicateAsync();
        await bench.ForgetInCopyAsync(first);
        Assert.NotEqual(0, (await bench.PruneCopyAsync()).Condemned);
        var second = await bench.World.BackUpAsync();

        await bench.ReplicateAsync();
        bench.Main.Time.Advance(TimeSpan.FromHours(25));
        await bench.PruneCopyAsync();

        Assert.Equal([second.Id], await bench.PointsAsync());
        await bench.AssertWholeAsync("condemned");
    }

    [Fact]
    public async Task A_key_that_was_removed_does_not_open_the_copy_any_more()
    {
        using var bench = await CopyBench.CreateAsync();
        var lost = await RepositoryAccess.AddPassphraseAsync(bench.Main.Repository, new RepositorySecret("a lost passphrase"), "lost", bench.Main.Time, CancellationToken.None);
        await bench.World.BackUpAsync();
        await bench.ReplicateAsync();
        await RepositoryAccess.OpenAsync(bench.Target, new RepositorySecret("a lost passphrase"), CancellationToken.None);

        await RepositoryAccess.RemoveKeySlotAsync(bench.Main.Repository, lost.ToString(), "test", bench.Main.Time, CancellationToken.None);
        await bench.ReplicateAsync();

        var refused = await Assert.ThrowsAsync<EngineException>(() => RepositoryAccess.OpenAsync(bench.Target, new RepositorySecret("a lost passphrase"), CancellationToken.None));
        Assert.Equal(EngineFault.WrongKey, refused.Fault);
        await bench.AssertWholeAsync("removed");
    }

    [Fact]
    public async Task Another_repository_and_a_place_that_is_not_empty_are_left_alone()
    {
        using var bench = await CopyBench.CreateAsync();
        await bench.World.BackUpAsync();
        var other = new MemoryObjectStore();
        await RepositoryAccess.InitializeAsync(other, new RepositorySecret("another"), TimeProvider.System, CancellationToken.None);
        var used = new MemoryObjectStore();
        used.Objects["holiday.jpg"] = [1];
        var before = (other.Objects.Count, used.Objects.Count);

        foreach (var place in new[] { other, used })
        {
            var refused = await Assert.ThrowsAsync<EngineException>(() => bench.ReplicateAsync(target: place));
            Assert.Equal(EngineFault.Conflict, refused.Fault);
        }

        Assert.Equal(before, (other.Objects.Count, used.Objects.Count));
    }

    [Fact]
    public async Task Two_at_once_make_one_sound_copy()
    {
        using var bench = await CopyBench.CreateAsync();
        await bench.World.BackUpAsync();
        await bench.ChangeAndBackUpAsync();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => bench.ReplicateAsync())));

        Assert.Equal(2, (await bench.PointsAsync()).Count);
        await bench.AssertWholeAsync("at once");
    }

    [Fact]
    public async Task A_prune_of_the_copy_that_gets_in_between_only_costs_another_plan()
    {
        using var bench = await CopyBench.CreateAsync();
        var first = await bench.World.BackUpAsync();
        await bench.ReplicateAsync();
        var second = await bench.ChangeAndBackUpAsync();
        var hooked = new HookedObjectStore(bench.Target, call => call.StartsWith("create indexes/", StringComparison.Ordinal), async () =>
        {
            await bench.ForgetInCopyAsync(first);
            await bench.PruneCopyAsync();
        });

        var result = await bench.ReplicateAsync(target: hooked);

        Assert.Equal(second.Id, Assert.Single(result.Copied));
        Assert.Empty(result.Problems);
        Assert.Equal([second.Id], await bench.PointsAsync());
        await bench.AssertWholeAsync("in between");
    }

    private static async Task<RestorePoint> BackUpForAsync(CopyBench bench, params string[] copies)
    {
        bench.World.Change();
        bench.Main.Time.Advance(TimeSpan.FromMinutes(1));
        var request = new BackupRequest { Sources = new BackupSources { FilesDirectory = bench.World.Data }, Copies = copies, Program = "test" };
        var point = await new BackupRunner(bench.Main.Repository, bench.Main.Time).RunAsync(request, null, CancellationToken.None);
        bench.World.Remember(point);
        return point;
    }
}
