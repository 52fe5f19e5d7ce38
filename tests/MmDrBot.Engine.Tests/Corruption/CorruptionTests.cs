using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Tests.Support;

namespace MmDrBot.Engine.Tests.Corruption;

public sealed class CorruptionTests
{
    [Theory]
    [InlineData("repository.json")]
    [InlineData("keys/")]
    [InlineData("packs/")]
    [InlineData("indexes/")]
    [InlineData("manifests/")]
    [InlineData("tombstones/")]
    [InlineData("condemned/")]
    public async Task Whatever_is_spoiled_is_named_and_no_restore_is_silently_wrong(string prefix)
    {
        using var world = await FullWorldAsync();
        var points = await world.Repository.PointsAsync();
        var names = world.Repository.Store.Objects.Keys.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Order().ToArray();
        Assert.NotEmpty(names);
        foreach (var name in names)
        {
            foreach (var vandal in Vandal.For(world.Repository.Store.Objects[name]))
            {
                await AssertNoticedAsync(world, points, name, vandal);
            }
        }
    }

    [Theory]
    [InlineData("packs/")]
    [InlineData("indexes/")]
    public async Task Rebuilding_the_index_never_makes_it_worse(string prefix)
    {
        using var world = await FullWorldAsync();
        var points = await world.Repository.PointsAsync();
        foreach (var name in world.Repository.Store.Objects.Keys.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)))
        {
            foreach (var vandal in Vandal.For(world.Repository.Store.Objects[name]))
            {
                var copy = world.Repository.Copy();
                Apply(copy, name, vandal);
                var before = await RestorableAsync(world, copy, points);
                Assert.Null(await Record.ExceptionAsync(() => RebuildAsync(copy)));
                Assert.Empty(before.Except(await RestorableAsync(world, copy, points)));
            }
        }
    }

    [Theory]
    [InlineData("indexes/")]
    [InlineData("repository.json")]
    public async Task Rebuilding_the_index_mends_indexes_and_the_descriptor(string prefix)
    {
        using var world = await FullWorldAsync();
        var points = await world.Repository.PointsAsync();
        foreach (var name in world.Repository.Store.Objects.Keys.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)))
        {
            foreach (var vandal in Vandal.For(world.Repository.Store.Objects[name]))
            {
                var copy = world.Repository.Copy();
                Apply(copy, name, vandal);
                await copy.RebuildIndexAsync();
                await world.AssertSoundAsync(copy, $"{name} {vandal.What}, rebuilt", points);
            }
        }
    }

    [Fact]
    public async Task The_newest_manifest_is_missed_by_whoever_recorded_it()
    {
        using var world = await FullWorldAsync();
        var newest = (await world.Repository.PointsAsync())[^1];
        var name = $"manifests/{newest.Id}";
        world.Repository.Store.Objects.TryRemove(name, out _);

        Assert.Empty((await world.Repository.CheckAsync()).Damage);
        Assert.Contains((await world.Repository.CheckAsync(newest.Id)).Damage, damage => damage.Contains(name, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_damaged_tombstone_stops_prune_but_neither_backup_nor_restore()
    {
        using var world = await FullWorldAsync();
        var repository = world.Repository;
        var newest = (await repository.PointsAsync())[^1];
        foreach (var name in repository.Store.Objects.Keys.Where(name => name.StartsWith("tombstones/", StringComparison.Ordinal)))
        {
            repository.Store.Objects[name] = [1];
        }

        Assert.Equal(EngineFault.Damaged, (await Assert.ThrowsAsync<EngineException>(() => repository.PruneAsync())).Fault);
        Assert.Equal(newest.Id, (await repository.Repository.FindRestorePointAsync(newest.Id.ToString()[..8], CancellationToken.None)).Id);
        var next = await world.BackUpAsync();
        Assert.Contains(newest.Id, next.Previous);
    }

    [Fact]
    public async Task A_damaged_repository_is_not_pruned()
    {
        using var world = await FullWorldAsync();
        world.Repository.Time.Advance(TimeSpan.FromHours(25));
        foreach (var name in world.Repository.Store.Objects.Keys.Where(name => name.StartsWith("packs/", StringComparison.Ordinal)))
        {
            var copy = world.Repository.Copy();
            copy.Store.Objects.TryRemove(name, out _);
            if ((await copy.CheckAsync()).Damage.Any(damage => damage.Contains("needs it", StringComparison.Ordinal)))
            {
                var before = copy.Store.Objects.Keys.Order().ToArray();
                var refusal = await Assert.ThrowsAsync<EngineException>(() => copy.PruneAsync());
                Assert.Equal(EngineFault.Damaged, refusal.Fault);
                Assert.Equal(before, copy.Store.Objects.Keys.Order());
            }
        }
    }

    /// <summary>Two live restore points, a forgotten one, condemned packs, three key slots of which one was removed.</summary>
    private static async Task<SmallWorld> FullWorldAsync()
    {
        var world = await SmallWorld.CreateAsync();
        var repository = world.Repository;
        var first = await world.BackUpAsync();
        await RepositoryAccess.AddRecoveryKeyAsync(repository.Repository, "safe", repository.Time, CancellationToken.None);
        var extra = await RepositoryAccess.AddPassphraseAsync(repository.Repository, new RepositorySecret("extra"), null, repository.Time, CancellationToken.None);
        world.Change();
        await world.BackUpAsync();
        await RepositoryAccess.RemoveKeySlotAsync(repository.Repository, extra.ToString(), "test", repository.Time, CancellationToken.None);
        await repository.ForgetAsync(first);
        Assert.NotEqual(0, (await repository.PruneAsync()).Condemned);
        world.Change();
        await world.BackUpAsync();
        Assert.Empty((await repository.CheckAsync()).Damage);
        return world;
    }

    private static void Apply(MemoryRepository repository, string name, Vandal vandal)
    {
        var spoiled = vandal.Spoil(repository.Store.Objects[name]);
        if (spoiled is null)
        {
            repository.Store.Objects.TryRemove(name, out _);
        }
        else
        {
            repository.Store.Objects[name] = spoiled;
        }
    }

    private static async Task AssertNoticedAsync(SmallWorld world, IReadOnlyList<RestorePoint> points, string name, Vandal vandal)
    {
        var copy = world.Repository.Copy();
        Apply(copy, name, vandal);
        var damage = (await copy.CheckAsync(points.Select(point => point.Id))).Damage;
        if (vandal.What != "deleted" || !name.StartsWith("condemned/", StringComparison.Ordinal))
        {
            Assert.True(damage.Count > 0, $"{name} {vandal.What}: not noticed");
        }

        // Nobody can name a tombstone that is gone; what it spoke of is named instead.
        if (vandal.What != "deleted" || !(name.StartsWith("tombstones/", StringComparison.Ordinal) || name.StartsWith("condemned/", StringComparison.Ordinal)))
        {
            Assert.True(damage.Any(line => line.Contains(name, StringComparison.Ordinal)), $"{name} {vandal.What}: not named in {string.Join("; ", damage)}");
        }

        foreach (var point in points)
        {
            var comesBack = await ComesBackAsync(world, copy, point);
            var verified = (await copy.VerifyAsync(point)).IsGood;
            Assert.True(comesBack || !verified, $"{name} {vandal.What}: verified, but does not come back");
        }
    }

    private static async Task<HashSet<BlobId>> RestorableAsync(SmallWorld world, MemoryRepository repository, IReadOnlyList<RestorePoint> points)
    {
        var restorable = new HashSet<BlobId>();
        foreach (var point in points)
        {
            if (await ComesBackAsync(world, repository, point))
            {
                restorable.Add(point.Id);
            }
        }

        return restorable;
    }

    /// <returns>True when the point came back as it was, false when the restore refused.</returns>
    private static async Task<bool> ComesBackAsync(SmallWorld world, MemoryRepository repository, RestorePoint point)
    {
        try
        {
            Assert.Empty(world.States[point.Id].DifferencesTo(await repository.RestoredAsync(point)));
            return true;
        }
        catch (EngineException refused)
        {
            Assert.True(refused.Fault is EngineFault.Damaged or EngineFault.TooNew, refused.Message);
            return false;
        }
    }

    private static async Task RebuildAsync(MemoryRepository repository)
    {
        try
        {
            await repository.RebuildIndexAsync();
        }
        catch (EngineException refused) when (refused.Fault is EngineFault.TooNew)
        {
            // A flipped bit can look like a version that is not known yet.
        }
    }
}
