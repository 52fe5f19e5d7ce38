using MmDrBot.Access;
using MmDrBot.Features.Approvals;
using MmDrBot.Features.Schedules;
using MmDrBot.Scheduling;
using MmDrBot.Tests.Data;

namespace MmDrBot.Tests.Scheduling;

/// <summary>What could never run is refused when it is put on a schedule, and nothing is launched by that.</summary>
public sealed class ScheduleRehearsalTests : IAsyncLifetime
{
    private readonly ScheduleFixture _state = new(StateDatabases.Sqlite());

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _state.DisposeAsync();

    [Theory]
    [InlineData("backpu", "not understood")]
    [InlineData("backup --label", "not understood")]
    [InlineData("backup --labl x", "There is no option --labl")]
    [InlineData("backup --only everything", "no component")]
    [InlineData("verify latest --level deep", "The level is")]
    [InlineData("repository check --read-data-subset 300%", "percentage")]
    [InlineData("status", "can't be put on a schedule")]
    [InlineData("restore latest --files /srv/x", "can't be put on a schedule")]
    [InlineData("schedule run nightly", "can't be put on a schedule")]
    [InlineData("repository", "not understood")]
    [InlineData("@/etc/passwd", "not understood")]
    public async Task A_command_that_could_never_run_is_refused(string command, string words)
    {
        var refusal = await Assert.ThrowsAsync<Refusal>(() => _state.AddAsync("daily 02:30", command));

        Assert.Equal(RefusalReason.Invalid, refusal.Reason);
        Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
        Assert.Empty(await _state.JobsAsync());
        Assert.Empty(await _state.Get<ScheduleStore>().ListAsync(CancellationToken.None));
    }

    [Theory]
    [InlineData("0 0 30 2 *", null, "never comes")]
    [InlineData("daily 02:30", "Mars/Olympus", "no time zone")]
    public async Task So_is_a_time_that_never_comes_or_a_zone_that_is_none(string when, string? zone, string words)
    {
        var request = new NewScheduleRequest("nightly", new ScheduleRequest { When = when, Zone = zone, Command = "backup" });

        var refusal = await Assert.ThrowsAsync<Refusal>(() => _state.Get<AddSchedule>().HandleAsync(request, ScheduleFixture.Alice, CancellationToken.None));

        Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_may_not_run_a_command_may_not_schedule_it()
    {
        var manager = new Actor("api-key:manager", Door.Rest, new HashSet<Permission> { Permission.ManageSchedules, Permission.Verify });

        await _state.AddAsync("daily 02:30", "verify latest", actor: manager, name: "proof");
        var backup = await Assert.ThrowsAsync<Refusal>(() => _state.AddAsync("daily 02:30", "backup", actor: manager));
        var neither = await Assert.ThrowsAsync<Refusal>(() => _state.AddAsync("daily 02:30", "verify latest", actor: manager with { Permissions = new HashSet<Permission> { Permission.Verify } }));

        Assert.Equal((RefusalReason.Forbidden, RefusalReason.Forbidden), (backup.Reason, neither.Reason));
        Assert.Contains("take_backup", backup.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_takes_a_second_person_takes_one_once_for_the_schedule_and_none_for_its_runs()
    {
        var asked = await Assert.ThrowsAsync<Refusal>(() => _state.AddAsync("daily 05:00", "repository prune"));
        Assert.Equal(RefusalReason.NeedsApproval, asked.Reason);
        Assert.Contains("On a schedule (nightly: daily 05:00, UTC), each time without asking again: Prune the repository", asked.Message, StringComparison.Ordinal);
        var approval = Assert.Single(await _state.Get<ListApprovals>().HandleAsync(false, ScheduleFixture.Alice, CancellationToken.None));
        await _state.Get<DecideApproval>().ApproveAsync(approval.Id, null, ScheduleFixture.Alice with { Name = "cli:bob", Door = Door.Cli }, CancellationToken.None);

        // Good for these terms and no others.
        Assert.Equal(RefusalReason.NeedsApproval, (await Assert.ThrowsAsync<Refusal>(() => _state.AddAsync("hourly", "repository prune"))).Reason);
        await _state.AddAsync("daily 05:00", "repository prune");
        await _state.GoToAsync(new DateTimeOffset(2026, 6, 2, 5, 0, 0, TimeSpan.Zero));
        await _state.EndJobsAsync();
        await _state.GoToAsync(new DateTimeOffset(2026, 6, 3, 5, 0, 0, TimeSpan.Zero));

        Assert.Equal(2, (await _state.JobsAsync()).Count);
        Assert.Equal(RefusalReason.NeedsApproval, (await Assert.ThrowsAsync<Refusal>(() => _state.AddAsync("daily 05:00", "repository prune", name: "again"))).Reason);
    }

    [Fact]
    public async Task Each_copy_is_read_back_by_itself()
    {
        await using var state = new ScheduleFixture(StateDatabases.Sqlite(), ("Schedules:BuiltIn", "true"), ("Repositories:offsite:Url", "file:///srv/offsite"));
        await state.TurnAsync();

        var made = Assert.Single(await state.Get<ScheduleStore>().ListAsync(CancellationToken.None), schedule => schedule.Name == "daily-read-back-offsite");

        Assert.Equal(("repository read-back --repository offsite", true), (made.Command, made.IsBuiltIn));
    }

    [Fact]
    public async Task Locks_are_extended_by_themselves_where_the_settings_ask_for_locks()
    {
        await using var state = new ScheduleFixture(
            StateDatabases.Sqlite(),
            ("Schedules:BuiltIn", "true"), ("Repository:Url", "s3://bucket/dr"), ("Repository:ObjectLock:Mode", "governance"),
            ("Repositories:offsite:Url", "s3://other/dr"), ("Repositories:offsite:ObjectLock:Mode", "compliance"), ("Repositories:offsite:ObjectLock:Days", "3"),
            ("Repositories:plain:Url", "s3://third/dr"));
        await state.TurnAsync();
        async Task<IEnumerable<(string, string, string)>> LocksAsync() =>
            (await state.Get<ScheduleStore>().ListAsync(CancellationToken.None)).Where(schedule => schedule.Kind == "extend-locks").Select(schedule => (schedule.Name, schedule.When.Text, schedule.Command)).Order();

        Assert.Equal([("extend-locks", "daily 05:30", "repository extend-locks"), ("extend-locks-offsite", "every 6h", "repository extend-locks --repository offsite")], await LocksAsync());
        await state.GoToAsync(new DateTimeOffset(2026, 6, 2, 6, 0, 0, TimeSpan.Zero));
        Assert.Equal(2, (await state.JobsAsync()).Count(job => job.Kind == "extend-locks"));

        state.NewReplica(("Repository:ObjectLock:Days", "2"), ("Repositories:offsite:ObjectLock:Days", "30"));
        await state.TurnAsync(1);
        Assert.Equal([("extend-locks", "every 6h"), ("extend-locks-offsite", "daily 05:30")], (await LocksAsync()).Select(item => (item.Item1, item.Item2)));

        state.NewReplica(("Repository:ObjectLock:Mode", "none"));
        await state.TurnAsync(2);
        Assert.Equal(["extend-locks-offsite"], (await LocksAsync()).Select(item => item.Item1));
    }

    [Fact]
    public async Task Built_in_schedules_come_when_their_command_is_known_and_go_by_the_setting()
    {
        await using var state = new ScheduleFixture(StateDatabases.Sqlite(), ("Schedules:BuiltIn", "true"), ("Schedules:TimeZone", "Europe/Berlin"));
        var known = new List<string>();
        foreach (var item in BuiltInSchedules.All)
        {
            if ((await state.Get<BuiltInSchedules>().RehearseAsync(item, CancellationToken.None)).Why is null)
            {
                known.Add(item.Name);
            }
        }

        await state.TurnAsync();
        await state.TurnAsync();

        var made = await state.Get<ScheduleStore>().ListAsync(CancellationToken.None);
        Assert.Equal(known.Order(), made.Select(schedule => schedule.Name));
        Assert.Equal(["repository read-back", "repository check", "verify latest --level drill"], made.Select(schedule => schedule.Command));
        Assert.All(made, schedule => Assert.True(schedule is { IsBuiltIn: true, Zone.Id: "Europe/Berlin" }));
        Assert.Equal(BuiltInSchedules.All.Count - known.Count, state.Logs.Lines.Count(line => line.Contains("is left out", StringComparison.Ordinal)) / 2);
    }
}
