using MmDrBot.Access;
using MmDrBot.Features.Schedules;
using MmDrBot.Jobs;
using MmDrBot.Scheduling;
using MmDrBot.Tests.Data;

namespace MmDrBot.Tests.Scheduling;

public abstract class ScheduleRunnerTests : IAsyncLifetime
{
    private readonly ScheduleFixture _state;

    private protected ScheduleRunnerTests(StateDatabases databases) => _state = new(databases);

    private static DateTimeOffset At(int day, int hour, int minute = 0) => new(2026, 6, day, hour, minute, 0, TimeSpan.Zero);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _state.DisposeAsync();

    [Fact]
    public async Task What_is_due_becomes_a_job_in_the_schedules_name()
    {
        await _state.AddAsync("daily 02:30", "backup --label nightly --only database");
        await _state.TurnAsync();
        Assert.Empty(await _state.JobsAsync());

        await _state.GoToAsync(At(2, 2, 30));

        var job = Assert.Single(await _state.JobsAsync());
        Assert.Equal(("backup", JobState.Pending, "schedule:nightly (by mattermost:alice)", Door.Schedule), (job.Kind, job.State, job.ActorName, job.Door));
        Assert.Equal("""{"label":"nightly","components":["database"],"copies":null}""", job.RequestJson);
        var run = Assert.Single(await _state.RunsAsync());
        Assert.Equal((At(2, 2, 30), RunOutcome.Started, job.Id, 1L, null), (run.Occurrence, run.Outcome, run.JobId, run.StandsFor, run.Reason));
        Assert.Equal(["mattermost:alice schedule.added nightly", $"schedule:nightly (by mattermost:alice) backup.requested {job.Id}"], await _state.AuditedAsync());
        await _state.TurnAsync();
        Assert.Single(await _state.JobsAsync());
    }

    [Fact]
    public async Task Two_replicas_that_look_at_the_same_moment_start_it_once()
    {
        _state.NewReplica();
        _state.NewReplica();
        await _state.AddAsync("hourly", "repository check");

        for (var hour = 13; hour < 23; hour++)
        {
            _state.Clock.SetUtcNow(At(1, hour));
            await Task.WhenAll(Enumerable.Range(0, 9).Select(turn => Task.Run(() => _state.TurnAsync(turn % 3))));
            await _state.EndJobsAsync();
        }

        Assert.Equal(10, (await _state.JobsAsync()).Count);
        var runs = await _state.RunsAsync();
        Assert.Equal(10, runs.Count);
        Assert.All(runs, run => Assert.Equal((RunOutcome.Started, 1L), (run.Outcome, run.StandsFor)));
        Assert.Equal(10, runs.Select(run => run.JobId).Distinct().Count());
    }

    [Fact]
    public async Task What_was_missed_is_caught_up_by_one_run()
    {
        await _state.AddAsync("daily 02:30");

        await _state.GoToAsync(At(6, 9));

        var run = Assert.Single(await _state.RunsAsync());
        Assert.Equal((At(6, 2, 30), RunOutcome.Started, 5L), (run.Occurrence, run.Outcome, run.StandsFor));
        Assert.Contains("Missed at 2026-06-06 02:30 UTC", run.Reason!, StringComparison.Ordinal);
        Assert.Single(await _state.JobsAsync());
    }

    [Fact]
    public async Task What_was_missed_is_skipped_where_the_schedule_says_so()
    {
        await _state.AddAsync("daily 02:30", catchUp: false);

        await _state.GoToAsync(At(6, 9));
        await _state.GoToAsync(At(7, 2, 34));

        var runs = await _state.RunsAsync();
        Assert.Equal([(RunOutcome.Started, 1L), (RunOutcome.Skipped, 5L)], runs.Select(run => (run.Outcome, run.StandsFor)));
        Assert.Single(await _state.JobsAsync());
        Assert.Contains("schedule:nightly (by mattermost:alice) schedule.run_skipped nightly", await _state.AuditedAsync());
    }

    [Fact]
    public async Task While_another_backup_runs_it_waits_and_then_starts()
    {
        await _state.AddAsync("daily 02:30", catchUp: false);
        await BackupByHandAsync();

        for (var minute = 30; minute < 60; minute += 2)
        {
            await _state.GoToAsync(At(2, 2, minute));
        }

        var waiting = Assert.Single(await _state.RunsAsync());
        Assert.Equal(RunOutcome.Waiting, waiting.Outcome);
        Assert.Contains("A backup is queued already", waiting.Reason!, StringComparison.Ordinal);
        Assert.Equal(At(2, 2, 30), (await _state.StandingAsync()).OverdueSince);
        await _state.EndJobsAsync();
        await _state.GoToAsync(At(2, 3));

        Assert.Equal(RunOutcome.Started, Assert.Single(await _state.RunsAsync()).Outcome);
        Assert.Equal(2, (await _state.JobsAsync()).Count);
    }

    [Fact]
    public async Task A_run_waits_for_the_one_before_of_its_own_schedule_even_where_its_kind_runs_side_by_side()
    {
        await _state.AddAsync("hourly", "repository check");

        await _state.GoToAsync(At(1, 13));
        await _state.GoToAsync(At(1, 14));
        var waiting = (await _state.RunsAsync())[0];
        await _state.GoToAsync(At(1, 15));
        await _state.EndJobsAsync();
        await _state.GoToAsync(At(1, 15, 2));

        Assert.Contains("The run before is still at work", waiting.Reason!, StringComparison.Ordinal);
        var runs = (await _state.RunsAsync()).OrderBy(run => run.Occurrence).ToArray();
        Assert.Equal([RunOutcome.Started, RunOutcome.Skipped, RunOutcome.Started], runs.Select(run => run.Outcome));
        Assert.Contains("The next run has taken its place.", runs[1].Reason!, StringComparison.Ordinal);
        Assert.Equal(2, (await _state.JobsAsync()).Count);
    }

    [Fact]
    public async Task What_can_not_be_written_whole_is_not_written_at_all_and_is_tried_again()
    {
        await _state.AddAsync("daily 02:30");
        await _state.ExecuteAsync("alter table schedule_runs rename column job_id to job_away");

        await _state.GoToAsync(At(2, 2, 30));
        Assert.Empty(await _state.JobsAsync());
        await _state.ExecuteAsync("alter table schedule_runs rename column job_away to job_id");
        await _state.GoToAsync(At(2, 2, 31));

        Assert.Single(await _state.JobsAsync());
        Assert.Single(await _state.RunsAsync());
    }

    [Fact]
    public async Task A_run_whose_job_was_interrupted_is_started_again_once()
    {
        await _state.AddAsync("daily 02:30");
        await _state.GoToAsync(At(3, 2, 30));

        await InterruptAsync();
        await _state.GoToAsync(At(3, 9));
        await _state.TurnAsync();

        var run = Assert.Single(await _state.RunsAsync());
        Assert.Equal((At(3, 2, 30), RunOutcome.Started, 2L, "Started again: its job was interrupted."), (run.Occurrence, run.Outcome, run.StandsFor, run.Reason));
        Assert.Equal(2, (await _state.JobsAsync()).Count);
        await InterruptAsync();
        await _state.GoToAsync(At(3, 10));
        await _state.TurnAsync();
        Assert.Equal(2, (await _state.JobsAsync()).Count);
        await _state.GoToAsync(At(4, 2, 30));
        Assert.Equal(3, (await _state.JobsAsync()).Count);
    }

    [Fact]
    public async Task What_was_interrupted_is_not_started_late_where_the_schedule_skips_what_is_missed()
    {
        await _state.AddAsync("daily 02:30", catchUp: false);
        await _state.GoToAsync(At(2, 2, 30));
        await InterruptAsync();

        await _state.GoToAsync(At(2, 2, 36));
        await _state.TurnAsync();

        Assert.Single(await _state.JobsAsync());
    }

    [Fact]
    public async Task In_quiet_times_nothing_starts_not_even_what_was_missed()
    {
        await _state.AddAsync("daily 02:30", notDuring: "08:00-18:00");

        await _state.GoToAsync(At(2, 9));
        Assert.Empty(await _state.JobsAsync());
        Assert.Null((await _state.StandingAsync()).OverdueSince);
        await _state.GoToAsync(At(2, 18));

        Assert.Single(await _state.JobsAsync());
    }

    [Fact]
    public async Task Paused_it_rests_and_resumed_it_catches_nothing_up()
    {
        await _state.AddAsync("daily 02:30");
        await Change.PauseAsync("nightly", null, ScheduleFixture.Alice, CancellationToken.None);

        await _state.GoToAsync(At(3, 12));
        Assert.Equal((null, null), ((await _state.StandingAsync()).Next, (await _state.StandingAsync()).OverdueSince));
        await Change.ResumeAsync("nightly", null, ScheduleFixture.Alice, CancellationToken.None);
        await _state.TurnAsync();
        Assert.Empty(await _state.JobsAsync());
        await _state.GoToAsync(At(4, 2, 30));

        Assert.Single(await _state.JobsAsync());
    }

    private ChangeSchedule Change => _state.Get<ChangeSchedule>();

    private Task InterruptAsync() => _state.ExecuteAsync("update jobs set state = 'interrupted' where state in ('pending', 'running')");

    private Task<Job> BackupByHandAsync() =>
        _state.Get<JobLauncher>().LaunchAsync("backup", new { }, "backup", ScheduleFixture.Alice, new JobLaunch(), CancellationToken.None);
}

public sealed class SqliteScheduleRunnerTests() : ScheduleRunnerTests(StateDatabases.Sqlite());

public sealed class PostgresScheduleRunnerTests() : ScheduleRunnerTests(StateDatabases.PostgreSql());
