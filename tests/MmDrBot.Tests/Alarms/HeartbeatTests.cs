using Microsoft.Extensions.DependencyInjection;
using MmDrBot.Alarms;
using MmDrBot.Settings;
using MmDrBot.Tests.Data;
using MmDrBot.Tests.Webhooks;

namespace MmDrBot.Tests.Alarms;

/// <summary>A dead man's switch that listens.</summary>
public sealed class HeartbeatTests : IAsyncLifetime
{
    private const string Secret = "uuid-of-the-switch-8837";
    private static readonly Alarm Critical = new(AlarmKinds.BackupOverdue, AlarmSeverity.Critical, "database", "It is too old.", "Take one.");
    private readonly List<AlarmBench> _benches = [];
    private WebhookReceiver _switch = null!;

    private Uri Url => new(_switch.Url, $"/ping/{Secret}");

    public async Task InitializeAsync() => _switch = await WebhookReceiver.StartAsync();

    public async Task DisposeAsync()
    {
        foreach (var bench in _benches)
        {
            await bench.DisposeAsync();
        }

        await _switch.DisposeAsync();
    }

    [Fact]
    public async Task Each_whole_round_calls_it_and_a_critical_alarm_calls_the_other_address()
    {
        var (bench, process) = Begin(("Alarms:HeartbeatUrl", Url.AbsoluteUri));
        await bench.NextAsync(process);
        await bench.NextAsync(process);
        bench.Source.Say(Critical);
        await bench.NextAsync(process);
        bench.Source.Say(Critical with { Severity = AlarmSeverity.Warning });
        await bench.NextAsync(process);

        Assert.Equal([$"/ping/{Secret}", $"/ping/{Secret}", $"/ping/{Secret}/fail", $"/ping/{Secret}"], _switch.Received.Select(call => call.Target));
        Assert.Equal(["ok", "ok", "backup_overdue/database", "ok"], _switch.Received.Select(call => call.Body));
    }

    [Fact]
    public async Task A_switch_that_knows_no_failure_hears_nothing_while_one_is_open()
    {
        var (bench, process) = Begin(("Alarms:HeartbeatUrl", Url.AbsoluteUri), ("Alarms:HeartbeatFailUrl", "none"));
        bench.Source.Say(Critical);
        await bench.NextAsync(process);
        Assert.Empty(_switch.Received);

        bench.Source.Say();
        await bench.NextAsync(process);
        Assert.Single(_switch.Received);
    }

    [Fact]
    public async Task The_replica_that_waits_does_not_call_and_neither_does_one_without_its_state()
    {
        var (bench, process) = Begin(("Alarms:HeartbeatUrl", Url.AbsoluteUri));
        var second = bench.NewProcess();
        await bench.NextAsync(process);
        await AlarmBench.RoundAsync(second);
        Assert.Single(_switch.Received);

        await bench.BreakStateAsync();
        for (var round = 0; round < 7; round++)
        {
            await bench.NextAsync(process);
        }

        Assert.Single(_switch.Received);
        Assert.Equal([(AlarmEvent.Opened, $"{AlarmKinds.StateUnreachable}/state")], bench.Channel.Told);
        await bench.MendStateAsync();
        await bench.NextAsync(process);
        Assert.Equal([AlarmEvent.Opened, AlarmEvent.Resolved], bench.Channel.Told.Select(told => told.Event));
        Assert.Equal(2, _switch.Received.Count);
    }

    [Fact]
    public async Task A_refused_call_is_known_and_the_address_is_in_no_log()
    {
        _switch.AnswerStatus(404);
        var (bench, process) = Begin(("Alarms:HeartbeatUrl", Url.AbsoluteUri));

        await bench.NextAsync(process);

        Assert.Contains("answered 404", process.GetRequiredService<Heartbeat>().Failing!.Value.Fault, StringComparison.Ordinal);
        Assert.DoesNotContain(bench.Logs.Lines, line => line.Contains(Secret, StringComparison.Ordinal));
    }

    private (AlarmBench Bench, ServiceProvider Process) Begin(params (string, string)[] settings)
    {
        var bench = new AlarmBench(StateDatabases.Sqlite(), settings);
        _benches.Add(bench);
        return (bench, bench.NewProcess());
    }
}
