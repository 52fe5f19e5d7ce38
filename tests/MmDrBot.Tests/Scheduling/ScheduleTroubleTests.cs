using MmDrBot.Alarms;
using MmDrBot.Features.Schedules;
using MmDrBot.Scheduling;
using MmDrBot.Tests.Data;

namespace MmDrBot.Tests.Scheduling;

/// <summary>Clocks that are wrong, a scheduler that stands still, commands that are refused.</summary>
public abstract class ScheduleTroubleTests : IAsyncLifetime
{
    private readonly ScheduleFixture _state;

    private protected ScheduleTroubleTests(StateDatabases databases) => _state = new(databases);

    private static DateTimeOffset At(int day, int hour, int minute = 0) => new(2026, 6, day, hour, minute, 0, TimeSpan.Zero);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _state.DisposeAsync();

    [Fact]
    public async Task A_clock_that_goes_back_runs_nothing_a_second_time()
    {
        await _state.AddAsync("daily 02:30");
        foreach (var day in new[] { 2, 3, 4, 5 })
        {
            await _state.GoToAsync(At(day, 2, 30));
            await _state.EndJobsAsync();
        }

        _state.Clock.AdjustTime(At(3, 1));
        foreach (var day in new[] { 3, 4, 5, 6 })
        {
            _state.Clock.SetUtcNow(At(day, 2, 30));
            await _state.TurnAsync();
            await _state.TurnAsync();
            await _state.TurnAsync();
            await _state.EndJobsAsync();
        }

        Assert.Equal([At(2, 2, 30), At(3, 2, 30), At(4, 2, 30), At(5, 2, 30), At(6, 2, 30)], (await _state.RunsAsync()).Select(run => run.Occurrence).Order());
        Assert.Equal(5, (await _state.JobsAsync()).Count);
    }

    [Fact]
    public async Task A_clock_that_leapt_years_ahead_and_came_back_does_not_stop_the_schedule()
    {
        await _state.AddAsync("daily 02:30");
        await _state.GoToAsync(new DateTimeOffset(2036, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await _state.EndJobsAsync();

        _state.Clock.AdjustTime(At(3, 12));
        await _state.TurnAsync();
        await _state.GoToAsync(At(4, 2, 30));

        Assert.Equal(2, (await _state.JobsAsync()).Count);
        Assert.Contains(_state.Logs.Lines, line => line.Contains("the clock was wrong", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_clock_that_was_ahead_by_some_hours_does_not_silence_a_schedule_for_as_long()
    {
        await _state.AddAsync("every 15m", "repository check");
        await _state.GoToAsync(At(1, 23));
        await _state.EndJobsAsync();

        _state.Clock.AdjustTime(At(1, 12, 5));
        await _state.TurnAsync();
        await _state.GoToAsync(At(1, 12, 15));

        Assert.Equal([At(1, 12, 15), At(1, 23)], (await _state.RunsAsync()).Select(run => run.Occurrence).Order());
        Assert.Equal(2, (await _state.JobsAsync()).Count);
    }

    [Fact]
    public async Task A_stopped_scheduler_is_seen_from_the_rows_alone()
    {
        await _state.AddAsync("daily 02:30");

        _state.Clock.SetUtcNow(At(2, 2, 34));
        Assert.Null((await _state.StandingAsync()).OverdueSince);
        _state.Clock.SetUtcNow(At(4, 12));

        var standing = await _state.StandingAsync();
        Assert.Equal((At(2, 2, 30), At(4, 2, 30), At(5, 2, 30)), (standing.OverdueSince, standing.DueAt, standing.Next));
        var alarm = Assert.Single(await AlarmsAsync());
        Assert.Equal(("schedule_overdue/nightly", "Schedule nightly is overdue since 2026-06-02 02:30 UTC."), (alarm.Key, alarm.Message));
    }

    [Fact]
    public async Task A_command_that_is_refused_is_on_record_with_the_reason_and_not_tried_again()
    {
        await _state.AddAsync("daily 02:30");
        await _state.ExecuteAsync("update schedules set command = 'backup --levle x'");

        await _state.GoToAsync(At(2, 2, 30));
        await _state.GoToAsync(At(2, 2, 31));

        var run = Assert.Single(await _state.RunsAsync());
        Assert.Equal(RunOutcome.Failed, run.Outcome);
        Assert.Contains("There is no option --levle", run.Reason!, StringComparison.Ordinal);
        Assert.Equal("schedule_refused/nightly", Assert.Single(await AlarmsAsync()).Key);
        Assert.Contains("schedule:nightly (by mattermost:alice) schedule.run_failed nightly", await _state.AuditedAsync());
    }

    [Fact]
    public async Task One_broken_schedule_holds_up_no_other()
    {
        await _state.AddAsync("daily 02:30", name: "a");
        await _state.AddAsync("daily 02:30", "verify latest", name: "b");
        await _state.ExecuteAsync("update schedules set command = '' where name = 'a'");

        await _state.GoToAsync(At(2, 2, 30));

        Assert.Equal("verify", Assert.Single(await _state.JobsAsync()).Kind);
        Assert.Equal(RunOutcome.Failed, Assert.Single(await _state.RunsAsync("a")).Outcome);
    }

    [Fact]
    public async Task The_clock_service_wakes_for_what_is_due_and_for_a_new_schedule()
    {
        using var service = _state.ClockService();
        await service.StartAsync(CancellationToken.None);
        await _state.AddAsync("every 1m", "repository check");

        await Eventually.IsTrueAsync(async () => (await _state.JobsAsync()).Count == 1, () => _state.Clock.Advance(TimeSpan.FromSeconds(5)));

        await service.StopAsync(CancellationToken.None);
    }

    private async Task<IReadOnlyList<Alarm>> AlarmsAsync() =>
        (await _state.Get<IEnumerable<IAlarmSource>>().OfType<ScheduleAlarms>().Single().JudgeAsync(_state.Clock.GetUtcNow(), CancellationToken.None)).Alarms;
}

public sealed class SqliteScheduleTroubleTests() : ScheduleTroubleTests(StateDatabases.Sqlite());

public sealed class PostgresScheduleTroubleTests() : ScheduleTroubleTests(StateDatabases.PostgreSql());
