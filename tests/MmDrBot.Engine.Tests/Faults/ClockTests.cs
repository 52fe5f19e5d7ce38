using CsCheck;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Tests.Support;

namespace MmDrBot.Engine.Tests.Faults;

/// <summary>Clocks that jump: set wrong at boot, put right by somebody, or different from host to host.</summary>
public sealed class ClockTests
{
    private static readonly TimeSpan[] Jumps = [TimeSpan.FromHours(1), TimeSpan.FromHours(25), TimeSpan.FromDays(400), TimeSpan.FromHours(-1), TimeSpan.FromDays(-3), TimeSpan.FromDays(-400)];

    /// <summary>A step is a jump of the clock and what runs then: 0 a backup, 1 forgetting the oldest, 2 a prune.</summary>
    [Fact]
    public async Task Whatever_the_clock_does_between_commands_no_live_restore_point_is_lost() =>
        await Gen.Select(Gen.Int[0, Jumps.Length - 1].Select(index => Jumps[index]), Gen.Int[0, 2]).Array[4, 20].SampleAsync(PlayAsync, iter: 60, threads: 1, print: steps => string.Join(", ", steps));

    [Fact]
    public async Task A_backup_that_is_dated_before_an_earlier_one_says_that_latest_is_another()
    {
        using var world = await SmallWorld.CreateAsync();
        var wrong = world.Repository.OnAHostWhere(world.Repository.Time.GetUtcNow().AddYears(1));
        var future = await world.BackUpAsync(wrong);
        world.Change();

        var behind = await world.BackUpAsync();

        var warning = Assert.Single(behind.Warnings);
        Assert.Contains(future.Id.ToString()[..12], warning, StringComparison.Ordinal);
        Assert.Contains("2027-03-01 02:01 UTC", warning, StringComparison.Ordinal);
        Assert.Contains("clock", warning, StringComparison.Ordinal);
        Assert.Equal(future.Id, (await world.Repository.Repository.FindRestorePointAsync("latest", CancellationToken.None)).Id);

        await world.Repository.ForgetAsync(future);
        Assert.Empty((await world.BackUpAsync()).Warnings);
    }

    private static async Task PlayAsync((TimeSpan Jump, int What)[] steps)
    {
        using var world = await SmallWorld.CreateAsync();
        var now = world.Repository.Time.GetUtcNow();
        var live = new List<RestorePoint> { await world.BackUpAsync() };
        foreach (var (jump, what) in steps)
        {
            now += jump;
            await StepAsync(world, world.Repository.OnAHostWhere(now), live, what);
        }

        await world.AssertSoundAsync(world.Repository, "at the end", live);
    }

    private static async Task StepAsync(SmallWorld world, MemoryRepository repository, List<RestorePoint> live, int what)
    {
        switch (what)
        {
            case 0:
                world.Change();
                live.Add(await world.BackUpAsync(repository));
                break;
            case 1 when live.Count > 1:
                await repository.ForgetAsync(live[0]);
                live.RemoveAt(0);
                break;
            case 2:
                await repository.PruneAsync();
                break;
        }
    }
}
