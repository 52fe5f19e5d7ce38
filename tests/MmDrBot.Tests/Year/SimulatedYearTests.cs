using MmDrBot.Access;
using MmDrBot.Engine.Keeping;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Verification;
using MmDrBot.Features.RestorePoints;
using MmDrBot.Features.Retention;
using MmDrBot.Jobs;
using MmDrBot.Scheduling;
using Xunit.Abstractions;

namespace MmDrBot.Tests.Year;

/// <summary>
/// A year of 2027 in minutes: two replicas whose jobs run side by side, schedules in three time zones with their changes of the clock, a store that is away, a service
/// that is down, a clock that goes back and one that is ahead for a while, a broken source, damage, a backup that is killed, a policy that would remove too much.
/// </summary>
public sealed class SimulatedYearTests(ITestOutputHelper output)
{
    private const int Days = 365;
    private static readonly string[] NoBackup = ["backup_overdue/config", "backup_overdue/files"];
    private static readonly string[] NoDrill = ["drill_overdue/config", "drill_overdue/database", "drill_overdue/files"];
    private BlobId _pinned;
    private string _policyPlan = "";

    [Fact]
    public async Task Every_night_of_a_year_a_drilled_restore_point_is_there_nothing_pinned_is_gone_and_nothing_is_left_lying()
    {
        await using var world = await YearWorld.CreateAsync(drillObjective: 33);
        var watch = new YearWatch(world);
        await BeginAsync(world);
        for (var day = 0; day < Days; day++)
        {
            var date = DateOnly.FromDateTime(YearWorld.Start.UtcDateTime).AddDays(day);
            await world.LiveADayAsync(day);
            await HappenAsync(world, watch, date);
            await world.PassAsync(YearWorld.Start.AddDays(day + 1));
            Assert.Equal((date, string.Join(' ', OverdueOn(date))), (date, string.Join(' ', await world.OverdueAsync())));
            if (!IsAway(date))
            {
                await watch.LookAsync(await IsSweptAsync(world));
            }

            if (date.Day == 28)
            {
                await LookCloselyAsync(world, watch);
            }
        }

        // But for the nights on which there was nothing to look at, and few on which retention did not run last or was refused.
        Assert.Equal(Days - 8, watch.Nights);
        Assert.InRange(watch.Swept, watch.Nights - 6, watch.Nights);
        Assert.InRange(watch.Checks, 50, 53);
        await CountRunsAsync(world);
        await TellAsync(world, watch);
    }

    [Fact]
    public async Task A_year_without_drills_would_be_noticed()
    {
        await using var world = await YearWorld.CreateAsync(drillObjective: 8);
        var watch = new YearWatch(world);
        await world.ScheduleAsync(YearWorld.Nightly, "daily 02:30", YearWorld.Berlin, "backup --only config files --label nightly");
        Assert.Equal(JobState.Succeeded, (await world.RunAsync("backup")).State);
        Assert.Equal(JobState.Succeeded, (await world.RunAsync("verify latest --level drill")).State);
        await world.PassAsync(YearWorld.Start.AddDays(7));
        await watch.LookAsync(isSwept: false);
        Assert.Empty(await world.OverdueAsync());

        await world.PassAsync(YearWorld.Start.AddDays(9));

        await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(() => watch.LookAsync(isSwept: false));
        Assert.Equal(NoDrill.Prepend("backup_overdue/database"), await world.OverdueAsync());
    }

    private static async Task BeginAsync(YearWorld world)
    {
        await world.ScheduleAsync(YearWorld.Nightly, "daily 02:30", YearWorld.Berlin, "backup --only config files --label nightly");
        await world.ScheduleAsync(YearWorld.Weekly, "weekly sun 01:00", YearWorld.NewYork, "backup --label weekly");
        Assert.Equal(JobState.Succeeded, (await world.RunAsync("backup --label weekly")).State);
        await world.ScheduleAsync(YearWorld.Settings, "weekly sun 02:00", YearWorld.NewYork, "backup --only config --label settings");
        await world.ScheduleAsync(YearWorld.Drill, "monthly 1 02:30", YearWorld.NewYork, "verify latest --level drill");
        Assert.Equal(JobState.Succeeded, (await world.RunAsync("verify latest --level drill")).State);
        await world.ScheduleAsync(YearWorld.ReadBack, "daily 01:45", YearWorld.LordHowe, "repository read-back");
        await SetAsync(world, policy => policy with { Default = new RetentionRule { Last = 3, Daily = 7, Weekly = 5, Monthly = 12 }, TimeZone = "Europe/Berlin" });
        await world.ScheduleAsync(YearWorld.Keep, "daily 02:15", YearWorld.LordHowe, "retention apply --yes");
    }

    /// <summary>What befalls the server and its keepers, at the beginning of the day.</summary>
    private async Task HappenAsync(YearWorld world, YearWatch watch, DateOnly date)
    {
        switch (date.Month, date.Day)
        {
            case (2, 1):
                _pinned = (await world.PointsAsync())[^1].Id;
                await world.Get<PinRestorePoint>().AddAsync(_pinned.ToString(), PinKind.Pin, "before the move", YearWorld.Admin, CancellationToken.None);
                watch.Expect(_pinned);
                break;
            case (3, 3):
                Directory.Move(world.RepositoryDirectory, world.RepositoryDirectory + "-away");
                break;
            case (3, 5):
                Directory.Move(world.RepositoryDirectory + "-away", world.RepositoryDirectory);
                break;
            case (5, 10):
                world.Sleep(YearWorld.Start.AddDays(date.DayOfYear + 2).AddHours(20));
                Assert.Equal(NoBackup, await world.OverdueAsync());
                await world.SettleAsync();
                break;
            case (6, 15):
                world.Clock.Advance(TimeSpan.FromHours(3));
                await world.SettleAsync();
                world.Clock.AdjustTime(world.Clock.GetUtcNow().AddHours(-3));
                await world.SettleAsync();
                break;
            case (7, 11):
                await File.WriteAllTextAsync(world.Sample.ConfigFile + ".kept", await File.ReadAllTextAsync(world.Sample.ConfigFile));
                await File.WriteAllTextAsync(world.Sample.ConfigFile, "{ \"SqlSettings\": {");
                break;
            case (7, 12):
                File.Move(world.Sample.ConfigFile + ".kept", world.Sample.ConfigFile, overwrite: true);
                // The day before was a Sunday, with the week's backup of the database.
                Assert.Equal(JobState.Succeeded, (await world.RunAsync("backup --label weekly")).State);
                break;
            case (8, 1):
                Directory.Move(world.DrillDirectory, world.DrillDirectory + "-away");
                await File.WriteAllTextAsync(world.DrillDirectory, "");
                break;
            case (8, 5):
                File.Delete(world.DrillDirectory);
                Assert.Equal(JobState.Succeeded, (await world.RunAsync("verify latest --level drill")).State);
                break;
            case (8, 20):
                await world.PassAsync(world.Clock.GetUtcNow().AddHours(12));
                world.Clock.AdjustTime(world.Clock.GetUtcNow().AddHours(-14));
                await world.SettleAsync();
                break;
            case (9, 15):
                await DamageAsync(world);
                break;
            case (10, 6):
                await SetAsync(world, policy => policy with { Default = new RetentionRule { Last = 2, Daily = 3 } });
                break;
            case (10, 8):
                await ConfirmAsync(world);
                break;
            case (11, 5):
                await KillAsync(world);
                break;
            case (12, 1):
                await world.Get<PinRestorePoint>().UnpinAsync(_pinned.ToString(), YearWorld.Admin, CancellationToken.None);
                watch.NoLongerExpect(_pinned);
                break;
            default:
                break;
        }
    }

    /// <summary>What must be told at the end of the day, on these and on no others: the store is away, a source is broken, the newest restore point is damaged, a drill could not be carried out.</summary>
    private static IReadOnlyList<string> OverdueOn(DateOnly date) => (date.Month, date.Day) switch
    {
        (3, 3 or 4) or (7, 11) or (9, 15) => NoBackup,
        (8, 3 or 4) => NoDrill,
        _ => [],
    };

    /// <summary>Days on which the watch would only find what happens to the world.</summary>
    private static bool IsAway(DateOnly date) => (date.Month, date.Day) is (3, 3 or 4) or (5, >= 10 and <= 12) or (7, 11) or (8, 3 or 4);

    /// <summary>A bit flips in what the newest restore point needs, and a verification finds it: until it is stored anew, nothing is removed.</summary>
    private static async Task DamageAsync(YearWorld world)
    {
        await world.PassAsync(world.Clock.GetUtcNow().AddHours(12));
        foreach (var pack in Directory.GetFiles(Path.Combine(world.RepositoryDirectory, "packs"), "*", SearchOption.AllDirectories).OrderByDescending(File.GetLastWriteTimeUtc).Take(1))
        {
            File.SetUnixFileMode(pack, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            await using var file = File.Open(pack, FileMode.Open);
            file.Position = file.Length / 3;
            var value = file.ReadByte();
            file.Position--;
            file.WriteByte((byte)(value ^ 0x10));
        }

        Assert.Equal(JobState.Failed, (await world.RunAsync("verify latest --level data")).State);
        var before = (await world.PointsAsync()).Select(point => point.Id).ToArray();
        var refusal = await Assert.ThrowsAsync<Refusal>(() => world.RunAsync("retention apply --yes"));
        Assert.Contains("is damaged", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before, (await world.PointsAsync()).Select(point => point.Id));
    }

    /// <summary>The schedule has refused the new policy for two days; a person who has seen the plan lets it go on.</summary>
    private async Task ConfirmAsync(YearWorld world)
    {
        var plan = await world.Get<PlanRetention>().HandleAsync(null, static policy => policy, YearWorld.Admin, CancellationToken.None);
        Assert.True(plan.AsksTwice);
        Assert.Equal([JobState.Failed, JobState.Failed], (await RunsAsync(world, YearWorld.Keep)).Take(2).Select(run => run.Job!.State));
        _policyPlan = plan.Plan;
        Assert.Equal(JobState.Succeeded, (await world.RunAsync($"retention apply --yes --confirm {_policyPlan}")).State);
    }

    private static async Task KillAsync(YearWorld world)
    {
        var before = (await world.PointsAsync()).Count;
        world.Stopping = new CancellationToken(canceled: true);
        Assert.Equal(JobState.Interrupted, (await world.RunAsync("backup --label weekly")).State);
        world.Stopping = CancellationToken.None;
        Assert.Equal(before, (await world.PointsAsync()).Count);
    }

    private static Task SetAsync(YearWorld world, Func<RetentionPolicy, RetentionPolicy> change) =>
        world.Get<ChangeRetention>().HandleAsync(null, change, null, YearWorld.Admin, CancellationToken.None);

    /// <summary>Every month: every byte is read, and the oldest and the newest restore point come back as the server was.</summary>
    private static async Task LookCloselyAsync(YearWorld world, YearWatch watch)
    {
        var repository = await world.RepositoryAsync();
        var findings = await new RepositoryChecker(repository, world.Clock).CheckAsync(new CheckRequest { ReadShare = 1 }, null, CancellationToken.None);
        Assert.Empty(findings.Damage);
        var points = await world.PointsAsync();
        await watch.RestoreAsync(points.First(point => point.Files is not null));
        await watch.RestoreAsync(points.Last(point => point.Files is not null));
    }

    private static async Task<bool> IsSweptAsync(YearWorld world)
    {
        var run = (await RunsAsync(world, YearWorld.Keep)).FirstOrDefault();
        var newest = (await world.Get<JobStore>().ListAsync(1, null, CancellationToken.None)).Single();
        return run.Job is { State: JobState.Succeeded } && newest.Id == run.Job.Id && world.Clock.GetUtcNow() - run.Job.CreatedAt < TimeSpan.FromDays(1);
    }

    /// <summary>By the rules of the time zones alone: no occurrence was left out, and none ran twice, whatever clocks and services did.</summary>
    private static async Task CountRunsAsync(YearWorld world)
    {
        var end = YearWorld.Start.AddDays(Days);
        IReadOnlyList<DateTimeOffset> Daily(TimeZoneInfo zone, int hour, int minute) => [.. WallClock.Daily(zone, new TimeOnly(hour, minute), YearWorld.Start, end)];
        IReadOnlyList<DateTimeOffset> Sundays(int hour, int minute) => [.. WallClock.Weekly(YearWorld.NewYork, DayOfWeek.Sunday, new TimeOnly(hour, minute), YearWorld.Start, end)];
        var expected = new Dictionary<string, IReadOnlyList<DateTimeOffset>>
        {
            [YearWorld.Nightly] = Daily(YearWorld.Berlin, 2, 30),
            [YearWorld.Weekly] = Sundays(1, 0),
            [YearWorld.Settings] = Sundays(2, 0),
            [YearWorld.Drill] = [.. Daily(YearWorld.NewYork, 2, 30).Where(moment => TimeZoneInfo.ConvertTime(moment, YearWorld.NewYork).Day == 1)],
            [YearWorld.ReadBack] = Daily(YearWorld.LordHowe, 1, 45),
            [YearWorld.Keep] = Daily(YearWorld.LordHowe, 2, 15),
        };
        foreach (var (name, moments) in expected)
        {
            var runs = (await RunsAsync(world, name)).Select(run => run.Run).OrderBy(run => run.Occurrence).ToArray();
            Assert.Equal(moments.Count, runs.Sum(run => run.StandsFor));
            Assert.Equal(runs.Length, runs.Select(run => run.Occurrence).Distinct().Count());
            Assert.Subset(moments.ToHashSet(), runs.Select(run => run.Occurrence).ToHashSet());

            // What was missed while the service was down was caught up once; everything else ran by itself.
            Assert.InRange(runs.Count(run => run.StandsFor > 1), 0, 1);
        }
    }

    private static async Task<IReadOnlyList<(ScheduleRun Run, Job? Job)>> RunsAsync(YearWorld world, string name)
    {
        var schedule = await world.Get<ScheduleStore>().GetAsync(name, CancellationToken.None);
        var runs = new List<(ScheduleRun, Job?)>();
        foreach (var run in await world.Get<ScheduleRunStore>().ListAsync(schedule.Id, 500, CancellationToken.None))
        {
            runs.Add((run, run.JobId is { } job ? await world.Get<JobStore>().GetAsync(job, CancellationToken.None) : null));
        }

        return runs;
    }

    private async Task TellAsync(YearWorld world, YearWatch watch)
    {
        foreach (var name in new[] { YearWorld.Nightly, YearWorld.Weekly, YearWorld.Settings, YearWorld.Drill, YearWorld.ReadBack, YearWorld.Keep })
        {
            var states = (await RunsAsync(world, name)).CountBy(run => run.Job?.State.ToString() ?? run.Run.Outcome.ToString());
            output.WriteLine($"{name}: {string.Join(", ", states.Select(state => $"{state.Value} {state.Key}"))}");
        }

        output.WriteLine($"{watch.Nights} nights, {watch.Swept} of them swept, {watch.Checks} checks; {(await world.PointsAsync()).Count} restore points are left.");
    }
}
