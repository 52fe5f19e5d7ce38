using MmDrBot.Engine.Maintenance;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Tests.Support;

namespace MmDrBot.Engine.Tests.Faults;

/// <summary>Nothing keeps the prunes of two hosts apart but the order of what they do: at every call of the one, the other runs from begin to end.</summary>
public sealed class TwoPrunesTests
{
    [Theory]
    [InlineData(0.3, 0.3)]
    [InlineData(0.3, 0)]
    [InlineData(0, 0.3)]
    public async Task A_second_prune_at_any_call_of_the_first_leaves_a_sound_repository(double waste, double wasteOfTheOther)
    {
        using var world = await SmallWorld.CreateAsync();
        var live = await HistoryAsync(world);

        for (var call = 1; ; call++)
        {
            Assert.True(call < 500, "the prune never ends");
            var calls = 0;
            var both = world.Repository.Copy();
            var other = new HookedObjectStore(both.Store, _ => ++calls == call, () => both.PruneAsync(new PruneRequest { MaximumWaste = wasteOfTheOther }));
            var first = new Pruner(new Repository(other, both.Repository.Key), both.Time);
            await first.RunAsync(new PruneRequest { MaximumWaste = waste }, CancellationToken.None);
            if (calls < call)
            {
                return;
            }

            await AssertGoesOnAsync(world, both, $"call {call}", live);
        }
    }

    /// <summary>What one prune deletes, the other condemns and copies: packs that are ripe, packs that are waste, and some of both.</summary>
    private static async Task<RestorePoint[]> HistoryAsync(SmallWorld world)
    {
        var points = new List<RestorePoint>();
        for (var i = 0; i < 4; i++)
        {
            points.Add(await world.BackUpAsync());
            world.Change();
        }

        await world.Repository.ForgetAsync(points[0]);
        Assert.NotEqual(0, (await world.Repository.PruneAsync()).Condemned);
        world.Repository.Time.Advance(TimeSpan.FromHours(25));
        await world.Repository.ForgetAsync(points[1]);
        points.Add(await world.BackUpAsync());
        return [.. points.Skip(2)];
    }

    private static async Task AssertGoesOnAsync(SmallWorld world, MemoryRepository repository, string about, RestorePoint[] live)
    {
        await world.AssertSoundAsync(repository, about, live);
        await world.BackUpAsync(repository);
        repository.Time.Advance(TimeSpan.FromHours(25));
        await repository.PruneAsync(new PruneRequest { MaximumWaste = 0 });
        repository.Time.Advance(TimeSpan.FromHours(25));
        await repository.PruneAsync();
        await world.AssertSoundAsync(repository, $"{about}, later", live);
    }
}
