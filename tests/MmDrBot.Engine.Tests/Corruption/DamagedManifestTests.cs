using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Tests.Support;

namespace MmDrBot.Engine.Tests.Corruption;

/// <summary>A restore point whose manifest is damaged: `latest` never means an older one in silence, and nothing is pruned until it is given up.</summary>
public sealed class DamagedManifestTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Latest_is_refused_and_the_newest_that_reads_is_named(int damaged)
    {
        using var world = await SmallWorld.CreateAsync();
        RestorePoint[] points = [await world.BackUpAsync(), await world.BackUpAsync()];
        Spoil(world.Repository, $"manifests/{points[damaged].Id}");

        var refusal = await Assert.ThrowsAsync<EngineException>(() => world.Repository.Repository.FindRestorePointAsync("latest", CancellationToken.None));

        var good = points[1 - damaged];
        Assert.Equal(EngineFault.Damaged, refusal.Fault);
        Assert.Contains(points[damaged].Id.ToString(), refusal.Message, StringComparison.Ordinal);
        Assert.Contains(good.Id.ToString(), refusal.Hint, StringComparison.Ordinal);
        Assert.Contains($"mmdr forget {points[damaged].Id}", refusal.Hint, StringComparison.Ordinal);
        Assert.Equal(good.Id, (await world.Repository.Repository.FindRestorePointAsync(good.Id.ToString()[..12], CancellationToken.None)).Id);
        await world.Repository.RestoredAsync(good);
    }

    [Fact]
    public async Task Prune_refuses_until_the_damaged_one_is_forgotten()
    {
        using var world = await SmallWorld.CreateAsync();
        var repository = world.Repository;
        var first = await world.BackUpAsync();
        world.Change();
        var second = await world.BackUpAsync();
        Spoil(repository, $"manifests/{second.Id}");
        var objects = repository.Store.Objects.Keys.Order().ToArray();

        var refusal = await Assert.ThrowsAsync<EngineException>(() => repository.PruneAsync());

        Assert.Equal(EngineFault.Damaged, refusal.Fault);
        Assert.Contains($"mmdr forget {second.Id}", refusal.Hint, StringComparison.Ordinal);
        Assert.Equal(objects, repository.Store.Objects.Keys.Order());

        await repository.ForgetAsync(second);
        Assert.Equal(first.Id, (await repository.Repository.FindRestorePointAsync("latest", CancellationToken.None)).Id);
        await repository.PruneAsync();
        repository.Time.Advance(TimeSpan.FromHours(25));
        Assert.InRange((await repository.PruneAsync()).Deleted, 1, 10);
        await world.AssertSoundAsync(repository, "forgotten", first);
    }

    [Fact]
    public async Task A_damaged_tombstone_makes_latest_doubtful_too()
    {
        using var world = await SmallWorld.CreateAsync();
        var first = await world.BackUpAsync();
        await world.Repository.ForgetAsync(await world.BackUpAsync());
        Spoil(world.Repository, Assert.Single(world.Repository.Store.Objects.Keys, name => name.StartsWith("tombstones/", StringComparison.Ordinal)));

        var refusal = await Assert.ThrowsAsync<EngineException>(() => world.Repository.Repository.FindRestorePointAsync("latest", CancellationToken.None));

        Assert.Contains(first.Id.ToString(), refusal.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backup_is_taken_all_the_same_and_names_the_damage()
    {
        using var world = await SmallWorld.CreateAsync();
        var first = await world.BackUpAsync();
        Spoil(world.Repository, $"manifests/{first.Id}");

        var second = await world.BackUpAsync();

        Assert.Contains(second.Warnings, warning => warning.Contains(first.Id.ToString(), StringComparison.Ordinal));
        Assert.Contains(first.Id, second.Previous);
    }

    private static void Spoil(MemoryRepository repository, string name) => repository.Store.Objects[name][60] ^= 1;
}
