using MmDrBot.Engine.Maintenance;
using MmDrBot.Engine.ObjectStores;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Tests.Support;
using MmDrBot.Engine.Verification;

namespace MmDrBot.Engine.Tests.Maintenance;

public sealed class PrunerTests
{
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    [Fact]
    public async Task Packs_are_condemned_first_and_deleted_only_when_old_enough()
    {
        using var world = await WithWasteAsync();
        var repository = world.Repository;

        var condemned = await repository.PruneAsync();
        Assert.True(condemned is { Condemned: > 0, Deleted: 0 });
        repository.Time.Advance(Day - TimeSpan.FromSeconds(1));
        var waiting = await repository.PruneAsync();
        Assert.True(waiting is { Condemned: 0, Deleted: 0 } && waiting.Waiting == condemned.Condemned, waiting.ToString());
        repository.Time.Advance(TimeSpan.FromSeconds(1));
        var deleted = await repository.PruneAsync();
        Assert.True(deleted.Deleted == condemned.Condemned && deleted.DeletedBytes > 0, deleted.ToString());

        Assert.DoesNotContain(repository.Store.Objects.Keys, name => name.StartsWith("condemned/", StringComparison.Ordinal));
        Assert.Equal(new PruneResult(0, 0, 0, 0, 0, 0, 0), await repository.PruneAsync());
        await world.AssertSoundAsync(repository, "after prune");
    }

    [Fact]
    public async Task A_dry_run_tells_the_same_and_changes_nothing()
    {
        using var world = await WithWasteAsync();
        for (var round = 0; round < 2; round++)
        {
            var before = world.Repository.Store.Objects.OrderBy(item => item.Key, StringComparer.Ordinal).ToArray();
            var told = await world.Repository.PruneAsync(new PruneRequest { DryRun = true });
            Assert.Equal(before, world.Repository.Store.Objects.OrderBy(item => item.Key, StringComparer.Ordinal));
            Assert.Equal(told, await world.Repository.PruneAsync());
            world.Repository.Time.Advance(Day);
        }
    }

    [Fact]
    public async Task A_repository_without_restore_points_can_be_emptied()
    {
        using var world = await WithWasteAsync();
        var repository = world.Repository;
        foreach (var point in await repository.PointsAsync())
        {
            await repository.ForgetAsync(point);
        }

        await repository.PruneAsync();
        repository.Time.Advance(Day);
        await repository.PruneAsync();

        Assert.DoesNotContain(repository.Store.Objects.Keys, name => name.StartsWith("packs/", StringComparison.Ordinal) || name.StartsWith("manifests/", StringComparison.Ordinal));
        Assert.Empty((await repository.CheckAsync()).Damage);
        await world.BackUpAsync();
        await world.AssertSoundAsync(repository, "a new begin");
    }

    [Fact]
    public async Task A_condemned_pack_that_a_restore_point_needs_is_reprieved()
    {
        using var world = await WithWasteAsync();
        var repository = world.Repository;
        var point = (await repository.PointsAsync())[^1];
        var packs = repository.Store.Objects.Keys.Where(name => name.StartsWith("packs/", StringComparison.Ordinal)).Select(name => ObjectNames.IdOf(name)!.Value).ToArray();
        await repository.Repository.WriteJsonAsync(ObjectKind.Condemned, new CondemnedPacks(repository.Time.GetUtcNow(), packs), CancellationToken.None);
        repository.Time.Advance(Day);

        var result = await repository.PruneAsync();

        Assert.True(result.Reprieved > 0, result.ToString());
        await world.AssertSoundAsync(repository, "after the reprieve", point);
        Assert.Equal(0, (await repository.PruneAsync()).Reprieved);
    }

    [Fact]
    public async Task A_backup_stores_anew_what_lies_in_condemned_packs()
    {
        using var world = await WithWasteAsync();
        var repository = world.Repository;
        var packs = repository.Store.Objects.Keys.Where(name => name.StartsWith("packs/", StringComparison.Ordinal)).Select(name => ObjectNames.IdOf(name)!.Value).ToArray();
        await repository.Repository.WriteJsonAsync(ObjectKind.Condemned, new CondemnedPacks(repository.Time.GetUtcNow(), packs), CancellationToken.None);

        var point = await world.BackUpAsync();
        foreach (var pack in packs)
        {
            repository.Store.Objects.TryRemove(ObjectNames.Of(ObjectKind.Pack, pack), out _);
        }

        Assert.Empty(world.States[point.Id].DifferencesTo(await repository.RestoredAsync(point)));
    }

    [Fact]
    public async Task A_backup_does_not_commit_when_a_pack_it_relies_on_was_condemned_meanwhile() =>
        await AssertRefusesAsync((store, repository, packs) => repository.WriteJsonAsync(ObjectKind.Condemned, new CondemnedPacks(default, packs), CancellationToken.None));

    [Fact]
    public async Task A_backup_does_not_commit_when_a_pack_it_relies_on_went_meanwhile() =>
        await AssertRefusesAsync((store, _, packs) => store.DeleteAsync([.. packs.Select(pack => ObjectNames.Of(ObjectKind.Pack, pack))], CancellationToken.None));

    [Fact]
    public async Task A_backup_whose_last_look_is_too_old_does_not_commit()
    {
        using var world = await SmallWorld.CreateAsync();
        var stalled = world.Repository.Copy();
        stalled.Time.AutoAdvanceAmount = TimeSpan.FromMinutes(16);

        var refusal = await Assert.ThrowsAsync<EngineException>(() => stalled.BackUpAsync(world.Data));

        Assert.Equal(EngineFault.Unavailable, refusal.Fault);
        Assert.DoesNotContain(stalled.Store.Objects.Keys, name => name.StartsWith("manifests/", StringComparison.Ordinal));
    }

    /// <summary>A condemned list alone keeps backups away from its packs; once another prune has settled it, they may rely on them again.</summary>
    [Fact]
    public async Task What_another_prune_reprieved_and_a_backup_relies_on_since_is_not_deleted()
    {
        using var world = await SmallWorld.CreateAsync();
        var repository = world.Repository;
        var kept = await world.BackUpAsync();
        world.Change();
        var forgotten = await world.BackUpAsync();
        var packs = repository.Store.Objects.Keys.Where(name => name.StartsWith("packs/", StringComparison.Ordinal)).Select(name => ObjectNames.IdOf(name)!.Value).ToArray();
        await repository.Repository.WriteJsonAsync(ObjectKind.Condemned, new CondemnedPacks(repository.Time.GetUtcNow(), packs), CancellationToken.None);
        repository.Time.Advance(Day);
        RestorePoint? late = null;
        var before = new HookedObjectStore(repository.Store, call => call.StartsWith("list manifests/", StringComparison.Ordinal), async () =>
        {
            Assert.NotEqual(0, (await repository.PruneAsync()).Reprieved);
            await repository.ForgetAsync(forgotten);
        });
        var behind = new HookedObjectStore(before, call => call.StartsWith("read manifests/", StringComparison.Ordinal), async () => late = await world.BackUpAsync());

        await new Pruner(new Repository(behind, repository.Repository.Key), repository.Time).RunAsync(new PruneRequest(), CancellationToken.None);

        await world.AssertSoundAsync(repository, "a backup within two prunes", kept, late!);
    }

    [Fact]
    public async Task Backups_that_commit_again_and_again_while_it_plans_do_not_keep_a_prune_from_its_end()
    {
        const int Commits = 12;
        using var world = await WithWasteAsync();
        var (repository, points) = (world.Repository, new List<RestorePoint>());
        await repository.PruneAsync();
        repository.Time.Advance(Day);
        IObjectStore store = repository.Store;
        for (var turn = 1; turn <= Commits; turn++)
        {
            // The first look of a plan is at what it is made of, the second whether that still holds.
            var (look, looks) = (2 * turn, 0);
            store = new HookedObjectStore(store, call => call.StartsWith("list condemned/", StringComparison.Ordinal) && ++looks == look, async () =>
            {
                world.Change();
                points.Add(await world.BackUpAsync());
            });
        }

        var result = await new Pruner(new Repository(store, repository.Repository.Key), repository.Time).RunAsync(new PruneRequest(), CancellationToken.None);

        Assert.Equal(Commits, points.Count);
        Assert.NotEqual(0, result.Deleted);
        await world.AssertSoundAsync(repository, "backups while a prune plans", points);
    }

    [Fact]
    public async Task Records_of_verifications_go_with_their_restore_points_and_of_the_others_the_old_ones()
    {
        using var world = await SmallWorld.CreateAsync();
        var repository = world.Repository;
        var (forgotten, kept) = (await world.BackUpAsync(), await world.BackUpAsync());
        await RecordAsync(repository, forgotten, VerificationLevel.Data);
        await RecordAsync(repository, kept, VerificationLevel.Drill);
        for (var day = 0; day < 20; day++)
        {
            await RecordAsync(repository, kept, VerificationLevel.Structure);
        }

        await repository.ForgetAsync(forgotten);
        await repository.PruneAsync();
        Assert.Equal(7, (await RecordsAsync(repository)).Count);
        repository.Time.Advance(Day);
        await repository.PruneAsync();

        var left = await RecordsAsync(repository);
        Assert.Equal((6, Trust.Drilled), (left.Count, VerificationRecords.TrustOf(left)));
        Assert.All(left, record => Assert.Equal(kept.Id, record.RestorePoint));
    }

    [Fact]
    public async Task A_prune_whose_last_look_is_too_old_deletes_nothing()
    {
        using var world = await WithWasteAsync();
        var stalled = world.Repository.Copy();
        stalled.Time.AutoAdvanceAmount = TimeSpan.FromMinutes(16);

        var refusal = await Assert.ThrowsAsync<EngineException>(() => stalled.PruneAsync());

        Assert.Equal(EngineFault.Unavailable, refusal.Fault);
        Assert.Equal(world.Repository.Store.Objects.Count, stalled.Store.Objects.Count);
    }

    private static async Task AssertRefusesAsync(Func<IObjectStore, Repository, BlobId[], Task> meanwhile)
    {
        using var world = await SmallWorld.CreateAsync();
        await world.BackUpAsync();
        world.Change();
        var packs = world.Repository.Store.Objects.Keys.Where(name => name.StartsWith("packs/", StringComparison.Ordinal)).Select(name => ObjectNames.IdOf(name)!.Value).ToArray();
        var repository = world.Repository.Copy(store => new HookedObjectStore(store, call => call.StartsWith("create indexes/", StringComparison.Ordinal), () => meanwhile(store, new Repository(store, world.Repository.Repository.Key), packs)));

        var refusal = await Assert.ThrowsAsync<EngineException>(() => repository.BackUpAsync(world.Data));

        Assert.Equal(EngineFault.Conflict, refusal.Fault);
        Assert.Single(repository.Store.Objects.Keys, name => name.StartsWith("manifests/", StringComparison.Ordinal));
    }

    private static Task<IReadOnlyList<VerificationRecord>> RecordsAsync(MemoryRepository repository) =>
        VerificationRecords.ReadAllAsync(repository.Repository, static damage => throw damage, CancellationToken.None);

    private static Task RecordAsync(MemoryRepository repository, RestorePoint point, VerificationLevel level)
    {
        repository.Time.Advance(TimeSpan.FromMinutes(1));
        var now = repository.Time.GetUtcNow();
        return VerificationRecords.WriteAsync(repository.Repository, new VerificationRecord { RestorePoint = point.Id, Level = level, StartedAt = now, FinishedAt = now, Good = true, Host = "test", Program = "test" }, CancellationToken.None);
    }

    private static async Task<SmallWorld> WithWasteAsync()
    {
        var world = await SmallWorld.CreateAsync();
        var first = await world.BackUpAsync();
        world.Change();
        await world.BackUpAsync();
        await world.Repository.ForgetAsync(first);
        return world;
    }
}
