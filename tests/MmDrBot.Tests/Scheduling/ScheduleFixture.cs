using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using MmDrBot.Access;
using MmDrBot.Audit;
using MmDrBot.Data;
using MmDrBot.Features.Schedules;
using MmDrBot.Jobs;
using MmDrBot.Scheduling;
using MmDrBot.Settings;
using MmDrBot.TestKit.Files;
using MmDrBot.Tests.Data;
using MmDrBot.Tests.Jobs;

namespace MmDrBot.Tests.Scheduling;

/// <summary>The product's rooms over one new state, once for each replica, with a clock that the test moves. No worker: jobs wait.</summary>
internal sealed class ScheduleFixture : IAsyncDisposable
{
    private readonly StateDatabases _databases;
    private readonly TempDirectory _directory = new();
    private readonly List<ServiceProvider> _replicas = [];
    private readonly Dictionary<string, string?> _settings;

    internal ScheduleFixture(StateDatabases databases, params (string Key, string Value)[] settings)
    {
        _databases = databases;
        _settings = new()
        {
            ["ConnectionStrings:State"] = databases.ConnectionString,
            ["Repository:Url"] = $"file://{_directory.File("repository")}",
            ["Repository:Passphrase"] = "a-passphrase-of-schedules-7141",
            ["Schedules:BuiltIn"] = "false",
        };
        foreach (var (key, value) in settings)
        {
            _settings[key] = value;
        }

        NewReplica();
    }

    internal static Actor Alice { get; } = new("mattermost:alice", Door.Chat, Enum.GetValues<Permission>().ToHashSet());

    internal FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero));

    internal RecordingLogs Logs { get; } = new();

    internal T Get<T>(int replica = 0) where T : notnull => _replicas[replica].GetRequiredService<T>();

    /// <param name="changed">Settings that are other from now on.</param>
    internal void NewReplica(params (string Key, string Value)[] changed)
    {
        foreach (var (key, value) in changed)
        {
            _settings[key] = value;
        }

        var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection(_settings);
        var services = new ServiceCollection().AddLogging(logging => logging.AddProvider(Logs)).AddSingleton<TimeProvider>(Clock);
        services.AddRooms(configuration, AppSettings.Load(configuration));
        _replicas.Add(services.BuildServiceProvider());
    }

    /// <summary>What only runs in a service.</summary>
    internal T Create<T>(int replica = 0) => ActivatorUtilities.CreateInstance<T>(_replicas[replica]);

    internal ScheduleClock ClockService(int replica = 0) => Create<ScheduleClock>(replica);

    internal Task TurnAsync(int replica = 0) => ClockService(replica).TurnAsync(CancellationToken.None);

    internal Task<Schedule> AddAsync(string when, string command = "backup", bool? catchUp = null, string? notDuring = null, string name = "nightly", Actor? actor = null) =>
        Get<AddSchedule>().HandleAsync(new NewScheduleRequest(name, new ScheduleRequest { When = when, Zone = "UTC", Command = command, CatchUp = catchUp, NotDuring = notDuring }), actor ?? Alice, CancellationToken.None);

    internal async Task GoToAsync(DateTimeOffset time, int replica = 0)
    {
        Clock.SetUtcNow(time);
        await TurnAsync(replica);
    }

    internal Task EndJobsAsync() => ExecuteAsync("update jobs set state = 'succeeded' where state in ('pending', 'running')");

    internal Task ExecuteAsync(string sql) => Get<StateDatabase>().InTransactionAsync((transaction, token) => transaction.ExecuteAsync(sql, null, token), CancellationToken.None);

    internal Task<IReadOnlyList<Job>> JobsAsync() => Get<JobStore>().ListAsync(1000, null, CancellationToken.None);

    /// <summary>Newest first.</summary>
    internal async Task<IReadOnlyList<ScheduleRun>> RunsAsync(string name = "nightly") =>
        await Get<ScheduleRunStore>().ListAsync((await Get<ScheduleStore>().GetAsync(name, CancellationToken.None)).Id, 100, CancellationToken.None);

    internal async Task<ScheduleStanding> StandingAsync(string name = "nightly") => (await Get<ScheduleStandings>().ListAsync(CancellationToken.None)).Single(standing => standing.Schedule.Name == name);

    internal async Task<IReadOnlyList<string>> AuditedAsync() => [.. (await Get<AuditLog>().ListAsync(null, 1000, CancellationToken.None)).Reverse().Select(record => $"{record.Entry.Actor} {record.Entry.Action} {record.Entry.Target}")];

    public async ValueTask DisposeAsync()
    {
        foreach (var replica in _replicas)
        {
            await replica.DisposeAsync();
        }

        await _databases.DisposeAsync();
        _directory.Dispose();
    }
}
