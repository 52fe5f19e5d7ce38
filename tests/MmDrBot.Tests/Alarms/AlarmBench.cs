using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using MmDrBot.Alarms;
using MmDrBot.Data;
using MmDrBot.Features.Alarms;
using MmDrBot.Settings;
using MmDrBot.Tests.Data;
using MmDrBot.Tests.Jobs;

namespace MmDrBot.Tests.Alarms;

/// <summary>Processes that watch over one state, with scripted sources and ways and a clock that stands still.</summary>
internal sealed class AlarmBench(StateDatabases databases, params (string Name, string Value)[] settings) : IAsyncDisposable
{
    private readonly List<ServiceProvider> _processes = [];

    internal FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    internal RecordingLogs Logs { get; } = new();

    internal ScriptedSource Source { get; } = new("scripted");

    internal ScriptedSource Other { get; } = new("other");

    internal RecordingTeller Channel { get; } = new("channel");

    internal RecordingTeller Post { get; } = new("post");

    /// <summary>As a restarted service, or another replica.</summary>
    internal ServiceProvider NewProcess()
    {
        var configuration = new ConfigurationManager();
        configuration["Service:Secret"] = new string('s', 40);
        configuration["ConnectionStrings:State"] = databases.ConnectionString;
        foreach (var (name, value) in settings)
        {
            configuration[name] = value;
        }

        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(Logs)).AddSingleton<TimeProvider>(Clock).AddRooms(configuration, AppSettings.Load(configuration)).AddAlarmWatch();
        services.RemoveAll<IAlarmSource>().AddSingleton<IAlarmSource>(Source).AddSingleton<IAlarmSource>(Other);
        services.RemoveAll<IAlarmTeller>().AddSingleton<IAlarmTeller>(Channel).AddSingleton<IAlarmTeller>(Post);
        var process = services.BuildServiceProvider();
        _processes.Add(process);
        return process;
    }

    internal static Task RoundAsync(ServiceProvider process) => process.GetRequiredService<AlarmWatch>().RoundAsync(CancellationToken.None);

    /// <summary>A round a minute later.</summary>
    internal async Task NextAsync(ServiceProvider process)
    {
        Clock.Advance(TimeSpan.FromMinutes(1));
        await RoundAsync(process);
    }

    /// <summary>What every round asks first can't be asked any more, in any process.</summary>
    internal Task BreakStateAsync() => ExecuteAsync("alter table alarm_watch rename to alarm_watch_away");

    internal Task MendStateAsync() => ExecuteAsync("alter table alarm_watch_away rename to alarm_watch");

    private Task ExecuteAsync(string sql) => _processes[0].GetRequiredService<StateDatabase>().InTransactionAsync((transaction, token) => transaction.ExecuteAsync(sql, null, token), CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }

        await databases.DisposeAsync();
    }
}
