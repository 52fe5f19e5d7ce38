using Microsoft.Extensions.DependencyInjection;
using MmDrBot.Access;
using MmDrBot.Alarms;
using MmDrBot.Audit;
using MmDrBot.Data;
using MmDrBot.Features.Alarms;
using MmDrBot.Settings;
using MmDrBot.Tests.Data;

namespace MmDrBot.Tests.Alarms;

/// <summary>The whole watch over a real state: what is told, to whom, and how often.</summary>
public abstract class AlarmWatchTests : IAsyncLifetime
{
    private static readonly Alarm Overdue = new(AlarmKinds.BackupOverdue, AlarmSeverity.Critical, "database", "It is too old.", "Take one.");
    private static readonly Actor Alice = new("mattermost:alice", Door.Chat, new HashSet<Permission> { Permission.ManageAlarms, Permission.ViewStatus });
    private readonly AlarmBench _bench;
    private readonly ServiceProvider _process;

    private protected AlarmWatchTests(StateDatabases databases)
    {
        _bench = new(databases, ("Alarms:Off:0", AlarmKinds.Growth));
        _process = _bench.NewProcess();
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _bench.DisposeAsync();

    [Fact]
    public async Task It_is_told_once_on_every_way_and_resolved_by_itself()
    {
        _bench.Source.Say(Overdue);
        await NextAsync(3);
        Assert.Equal([(AlarmEvent.Opened, Overdue.Key)], _bench.Channel.Told);
        Assert.Equal([(AlarmEvent.Opened, Overdue.Key)], _bench.Post.Told);

        _bench.Source.Say();
        await NextAsync(3);
        Assert.Equal([AlarmEvent.Opened, AlarmEvent.Resolved], Told(_bench.Channel));
        Assert.Empty(await Get<AlarmStore>().ListOpenAsync(CancellationToken.None));
        Assert.Single(await Get<AlarmStore>().ListAllAsync(10, null, CancellationToken.None) ?? []);
    }

    [Fact]
    public async Task A_restart_tells_nothing_again_and_resolves_what_was_open()
    {
        _bench.Source.Say(Overdue);
        await NextAsync(1);
        await _process.GetRequiredService<AlarmLease>().ReleaseAsync();

        var again = _bench.NewProcess();
        await _bench.NextAsync(again);
        Assert.Single(_bench.Channel.Told);

        _bench.Source.Say();
        await _bench.NextAsync(again);
        Assert.Equal([AlarmEvent.Opened, AlarmEvent.Resolved], Told(_bench.Channel));
    }

    [Fact]
    public async Task Of_two_replicas_one_tells_and_the_other_takes_over_when_it_dies()
    {
        var second = _bench.NewProcess();
        _bench.Source.Say(Overdue);

        for (var round = 0; round < 3; round++)
        {
            _bench.Clock.Advance(TimeSpan.FromMinutes(1));
            await Task.WhenAll(AlarmBench.RoundAsync(_process), AlarmBench.RoundAsync(second));
        }

        Assert.Single(_bench.Channel.Told);
        Assert.Equal(3, _bench.Source.Asked);
        _bench.Source.Say();
        _bench.Clock.Advance(TimeSpan.FromMinutes(5));
        await AlarmBench.RoundAsync(second);
        Assert.Equal([AlarmEvent.Opened, AlarmEvent.Resolved], Told(_bench.Channel));
    }

    [Fact]
    public async Task A_clock_that_was_ahead_and_is_set_right_silences_nothing()
    {
        var right = _bench.Clock.GetUtcNow();
        _bench.Clock.Advance(TimeSpan.FromDays(400));
        await AlarmBench.RoundAsync(_process);
        _bench.Clock.AdjustTime(right);

        _bench.Source.Say(Overdue);
        await NextAsync(1);
        Assert.Equal([AlarmEvent.Opened], Told(_bench.Channel));

        // Whoever had the lease then is gone.
        _bench.Clock.Advance(TimeSpan.FromDays(400));
        await AlarmBench.RoundAsync(_process);
        _bench.Clock.AdjustTime(right.AddMinutes(5));
        _bench.Source.Say();
        await _bench.NextAsync(_bench.NewProcess());
        Assert.Equal([AlarmEvent.Opened, AlarmEvent.Reminder, AlarmEvent.Resolved], Told(_bench.Channel));
    }

    [Fact]
    public async Task A_source_that_hangs_silences_no_other_and_becomes_an_alarm()
    {
        var hangs = new TaskCompletionSource<AlarmJudgement>(TaskCreationOptions.RunContinuationsAsynchronously);
        _bench.Other.Judge = _ => hangs.Task;
        _bench.Source.Say(Overdue);

        await Eventually.IsTrueAsync(() => Task.FromResult(_bench.Channel.Told.Contains((AlarmEvent.Opened, Overdue.Key))), RoundInPassing());
        await NextAsync(61);

        Assert.Contains((AlarmEvent.Opened, $"{AlarmKinds.NotJudged}/other"), _bench.Channel.Told);
        Assert.Equal(1, _bench.Other.Asked);
        hangs.SetResult(AlarmJudgement.Of());
        _bench.Other.Say();
        await Eventually.IsTrueAsync(async () =>
        {
            await NextAsync(1);
            return _bench.Channel.Told.Contains((AlarmEvent.Resolved, $"{AlarmKinds.NotJudged}/other"));
        });
    }

    [Fact]
    public async Task What_a_source_that_throws_had_found_stays_open()
    {
        _bench.Source.Say(Overdue);
        await NextAsync(1);

        _bench.Source.Judge = _ => throw new InvalidOperationException("a fault");
        await NextAsync(59);
        Assert.Single(_bench.Channel.Told);
        await NextAsync(2);

        Assert.Equal([(AlarmEvent.Opened, Overdue.Key), (AlarmEvent.Opened, $"{AlarmKinds.NotJudged}/scripted")], _bench.Channel.Told);
        Assert.Equal(2, (await Get<AlarmStore>().ListOpenAsync(CancellationToken.None)).Count);
    }

    [Fact]
    public async Task One_is_reminded_every_day_until_somebody_acknowledges()
    {
        _bench.Source.Say(Overdue);
        await NextAsync(1);
        await LaterAsync(TimeSpan.FromHours(23));
        Assert.Single(_bench.Channel.Told);
        await LaterAsync(TimeSpan.FromHours(1));
        await LaterAsync(TimeSpan.FromHours(24));
        Assert.Equal([AlarmEvent.Opened, AlarmEvent.Reminder, AlarmEvent.Reminder], Told(_bench.Channel));

        var raised = Assert.Single(await Get<AlarmStore>().ListOpenAsync(CancellationToken.None));
        var view = await Get<AcknowledgeAlarm>().HandleAsync(new AcknowledgeAlarmRequest(raised.Id[3..9], "on it"), Alice, CancellationToken.None);
        await LaterAsync(TimeSpan.FromHours(48));

        Assert.Equal(3, _bench.Channel.Told.Count);
        Assert.Equal(("acknowledged", "mattermost:alice", "on it"), (view.State, view.AcknowledgedBy, view.Note));
        var entry = (await Get<AuditLog>().ListAsync(null, 10, CancellationToken.None)).First(record => record.Entry.Action == "alarm.acknowledged").Entry;
        Assert.Equal(("mattermost:alice", raised.Id), (entry.Actor, entry.Target));
        await Assert.ThrowsAsync<Refusal>(() => Get<AcknowledgeAlarm>().HandleAsync(new AcknowledgeAlarmRequest(raised.Id, null), Alice, CancellationToken.None));
    }

    [Fact]
    public async Task A_way_that_is_stuck_is_told_on_the_other_and_gets_everything_later_in_order()
    {
        _bench.Post.Before = _ => throw new IOException("the server is down");
        _bench.Source.Say(Overdue);
        await NextAsync(1);
        await LaterAsync(TimeSpan.FromMinutes(30), rounds: 4);
        Assert.Single(_bench.Channel.Told, (AlarmEvent.Opened, Overdue.Key));
        Assert.Empty(_bench.Post.Told);

        // The source of ways is scripted away; what it looks at is not.
        Assert.Equal(("post", "the server is down"), Assert.Single(await Get<AlarmTellings>().StuckAsync(3, CancellationToken.None)) is var stuck ? (stuck.Way, stuck.LastError) : default);
        _bench.Other.Say(new Alarm(AlarmKinds.TellingFailed, AlarmSeverity.Warning, "post", "It is stuck.", "Look."));
        _bench.Source.Say();
        await NextAsync(1);
        Assert.Contains((AlarmEvent.Opened, $"{AlarmKinds.TellingFailed}/post"), _bench.Channel.Told);

        _bench.Post.Before = _ => Task.CompletedTask;
        await LaterAsync(TimeSpan.FromMinutes(30), rounds: 2);
        Assert.Equal([(AlarmEvent.Opened, Overdue.Key), (AlarmEvent.Resolved, Overdue.Key)], _bench.Post.Told);
    }

    [Fact]
    public async Task What_was_told_but_not_written_down_is_told_again_rather_than_not_at_all()
    {
        using var killed = new CancellationTokenSource();
        _bench.Channel.Before = async _ => await killed.CancelAsync();
        _bench.Source.Say(Overdue);
        _bench.Clock.Advance(TimeSpan.FromMinutes(1));
        await _process.GetRequiredService<AlarmWatch>().RoundAsync(killed.Token);

        _bench.Channel.Before = _ => Task.CompletedTask;
        await LaterAsync(TimeSpan.FromMinutes(6));

        Assert.Contains((AlarmEvent.Opened, Overdue.Key), _bench.Post.Told);
        Assert.InRange(_bench.Channel.Told.Count, 1, 2);
    }

    [Fact]
    public async Task Kinds_that_are_not_wanted_are_left_out()
    {
        _bench.Source.Say(Overdue with { Kind = AlarmKinds.Growth });

        await NextAsync(2);

        Assert.Empty(_bench.Channel.Told);
    }

    [Fact]
    public async Task Webhooks_are_told_in_the_same_transaction()
    {
        await Get<StateDatabase>().InTransactionAsync(
            (transaction, token) => transaction.ExecuteAsync("insert into webhooks (id, name, url, events, secret, created_at, created_by) values ('w', 'w', 'https://example.org/', '*', 'x', 0, 'test')", null, token), CancellationToken.None);

        _bench.Source.Say(Overdue);
        await NextAsync(2);
        _bench.Source.Say();
        await NextAsync(1);

        var sent = await Get<StateDatabase>().ReadAsync((transaction, token) => transaction.QueryAsync<string>("select event from webhook_deliveries order by event", null, token), CancellationToken.None);
        Assert.Equal(["alarm.opened", "alarm.resolved", "backup.overdue"], sent);
    }

    private T Get<T>() where T : notnull => _process.GetRequiredService<T>();

    private async Task NextAsync(int rounds)
    {
        for (var round = 0; round < rounds; round++)
        {
            await _bench.NextAsync(_process);
        }
    }

    private async Task LaterAsync(TimeSpan pause, int rounds = 1)
    {
        for (var round = 0; round < rounds; round++)
        {
            _bench.Clock.Advance(pause);
            await AlarmBench.RoundAsync(_process);
        }
    }

    /// <summary>One round in the background; each call moves the clock on, which ends the wait for what hangs.</summary>
    private Action RoundInPassing()
    {
        var running = AlarmBench.RoundAsync(_process);
        return () =>
        {
            Assert.Null(running.Exception);
            _bench.Clock.Advance(TimeSpan.FromSeconds(10));
        };
    }

    private static IEnumerable<AlarmEvent> Told(RecordingTeller teller) => teller.Told.Select(told => told.Event);
}

public sealed class SqliteAlarmWatchTests() : AlarmWatchTests(StateDatabases.Sqlite());

public sealed class PostgresAlarmWatchTests() : AlarmWatchTests(StateDatabases.PostgreSql());
