using CsCheck;
using MmDrBot.Engine.Maintenance;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Tests.Support;

namespace MmDrBot.Engine.Tests.Maintenance;

/// <summary>Random histories: whatever is backed up, forgotten and pruned in whatever order, every live restore point comes back.</summary>
public sealed class PruneModelTests
{
    private enum Step
    {
        Change,
        BackUp,
        ForgetOldest,
        ForgetNewest,
        Prune,
        PruneAllWaste,
        Hours,
        Day,
        BackUpDuringPrune,
        AllDuringPrune,
        PruneDuringBackUp,
        Rebuild,
    }

    [Fact]
    public async Task No_history_loses_what_a_live_restore_point_needs() =>
        await Gen.Enum<Step>().Array[4, 24].SampleAsync(PlayAsync, iter: 60, threads: 1, print: steps => string.Join(", ", steps));

    private static async Task PlayAsync(Step[] steps)
    {
        using var world = await SmallWorld.CreateAsync();
        await world.BackUpAsync();
        var live = (await world.Repository.PointsAsync()).ToList();
        foreach (var step in steps)
        {
            await PlayAsync(world, live, step);
        }

        Assert.Equal(live.Select(point => point.Id), (await world.Repository.PointsAsync()).Select(point => point.Id));
        await world.AssertSoundAsync(world.Repository, "at the end", live);
    }

    private static async Task PlayAsync(SmallWorld world, List<RestorePoint> live, Step step)
    {
        var repository = world.Repository;
        switch (step)
        {
            case Step.Change:
                world.Change();
                break;
            case Step.BackUp:
                live.Add(await world.BackUpAsync());
                break;
            case Step.ForgetOldest or Step.ForgetNewest when live.Count > 1:
                var forgotten = step is Step.ForgetOldest ? live[0] : live[^1];
                await repository.ForgetAsync(forgotten);
                live.Remove(forgotten);
                break;
            case Step.Prune:
                await repository.PruneAsync();
                break;
            case Step.PruneAllWaste:
                await repository.PruneAsync(new PruneRequest { MaximumWaste = 0 });
                break;
            case Step.Hours:
                repository.Time.Advance(TimeSpan.FromHours(7));
                break;
            case Step.Day:
                repository.Time.Advance(TimeSpan.FromHours(25));
                break;
            case Step.BackUpDuringPrune:
                await BesideAsync(world, "create ", beside => new Pruner(beside, repository.Time).RunAsync(new PruneRequest(), CancellationToken.None), async () => live.Add(await world.BackUpAsync()));
                break;
            case Step.AllDuringPrune:
                await BesideAsync(world, "read manifests/", beside => new Pruner(beside, repository.Time).RunAsync(new PruneRequest(), CancellationToken.None), () => PruneForgetAndBackUpAsync(world, live));
                break;
            case Step.PruneDuringBackUp:
                await PruneDuringBackUpAsync(world, live);
                break;
            case Step.Rebuild:
                await repository.RebuildIndexAsync();
                break;
        }
    }

    private static async Task PruneForgetAndBackUpAsync(SmallWorld world, List<RestorePoint> live)
    {
        await world.Repository.PruneAsync();
        if (live.Count > 1)
        {
            await world.Repository.ForgetAsync(live[^1]);
            live.RemoveAt(live.Count - 1);
        }

        live.Add(await world.BackUpAsync());
    }

    private static async Task PruneDuringBackUpAsync(SmallWorld world, List<RestorePoint> live)
    {
        var repository = world.Repository;
        try
        {
            RestorePoint? point = null;
            repository.Time.Advance(TimeSpan.FromMinutes(1));
            await BesideAsync(world, "create indexes/", async beside => point = await new Engine.Backup.BackupRunner(beside, repository.Time).RunAsync(new() { Sources = new() { FilesDirectory = world.Data }, Program = "test" }, null, CancellationToken.None), () => repository.PruneAsync());
            world.Remember(point!);
            live.Add(point!);
        }
        catch (EngineException refused) when (refused.Fault is EngineFault.Conflict)
        {
            // The prune took something that the backup wanted: it has to refuse.
        }
    }

    private static async Task BesideAsync(SmallWorld world, string at, Func<Repository, Task> operation, Func<Task> beside)
    {
        var hooked = new HookedObjectStore(world.Repository.Store, call => call.StartsWith(at, StringComparison.Ordinal), beside);
        await operation(new Repository(hooked, world.Repository.Repository.Key));
    }
}
