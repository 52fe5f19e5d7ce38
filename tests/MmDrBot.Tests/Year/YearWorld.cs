using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using MmDrBot.Access;
using MmDrBot.Alarms;
using MmDrBot.Alarms.Sources;
using MmDrBot.Engine.Repositories;
using MmDrBot.Features.Schedules;
using MmDrBot.Jobs;
using MmDrBot.Protection;
using MmDrBot.Scheduling;
using MmDrBot.Settings;
using MmDrBot.TestKit.Files;
using MmDrBot.TestKit.Postgres;
using MmDrBot.TestKit.Samples;
using MmDrBot.Tests.Jobs;

namespace MmDrBot.Tests.Year;

/// <summary>
/// A server that changes every day, its repository on disk, and two replicas of the service over one state, all by one fake clock: the
/// schedules' own loop decides, the jobs' own queue and handlers work.
/// </summary>
internal sealed class YearWorld : IAsyncDisposable
{
    internal const string Nightly = "nightly", Weekly = "weekly", Drill = "drill", Keep = "keep", ReadBack = "read-back", Settings = "settings";
    private const string Passphrase = "a-passphrase-for-a-whole-year-2027";
    private readonly TempDirectory _directory = new();
    private readonly List<ServiceProvider> _replicas = [];
    private readonly List<ScheduleClock> _clocks = [];
    private readonly Dictionary<string, TreeSnapshot> _trees = [];
    private readonly Random _random = new(2027);
    private TestDatabase _database = null!;
    private int _turn;

    /// <summary>How long a job works between two looks at it, by the real clock.</summary>
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(20);

    internal static DateTimeOffset Start { get; } = new(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);

    internal FakeTimeProvider Clock { get; } = new(Start);

    internal RecordingLogs Logs { get; } = new();

    internal SampleMattermost Sample { get; private set; } = null!;

    internal string DrillDirectory => _directory.File("drills");

    /// <summary>How old the last good drill may be.</summary>
    internal TimeSpan DrillObjective { get; private init; }

    internal string RepositoryDirectory => _directory.File("repository");

    internal static Actor Admin { get; } = new("cli:root", Door.Cli, Enum.GetValues<Permission>().ToHashSet());

    internal static TimeZoneInfo Berlin { get; } = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    internal static TimeZoneInfo NewYork { get; } = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");

    internal static TimeZoneInfo LordHowe { get; } = TimeZoneInfo.FindSystemTimeZoneById("Australia/Lord_Howe");

    /// <summary>What the server's files were when each restore point was taken, by its id.</summary>
    internal IReadOnlyDictionary<string, TreeSnapshot> Trees => _trees;

    /// <summary>Interrupts the jobs that start from now on.</summary>
    internal CancellationToken Stopping { get; set; }

    internal T Get<T>(int replica = 0) where T : notnull => _replicas[replica].GetRequiredService<T>();

    internal Task<Repository> RepositoryAsync() => Get<RepositoryProvider>().OpenAsync(CancellationToken.None);

    internal async Task<IReadOnlyList<RestorePoint>> PointsAsync() =>
        await (await RepositoryAsync()).RestorePointsAsync((name, damage) => Assert.Fail($"{name}: {damage.Message}"), CancellationToken.None);

    /// <param name="drillObjective">How many days ago the last good drill may be.</param>
    internal static async Task<YearWorld> CreateAsync(int drillObjective)
    {
        var world = new YearWorld { DrillObjective = TimeSpan.FromDays(drillObjective), _database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync() };
        world.Sample = await SampleMattermost.CreateAsync(new SampleOptions { Users = 5, Channels = 3, Posts = 40, Files = 4, TotalBytes = 60_000, Thumbnails = false, Extras = false }, world._database.Uri, world._directory.Subdirectory("mattermost"));
        world.AddReplica();
        world.AddReplica();
        await world.Get<RepositoryProvider>().InitializeAsync(CancellationToken.None);
        return world;
    }

    internal Task ScheduleAsync(string name, string when, TimeZoneInfo zone, string command) =>
        Get<AddSchedule>().HandleAsync(new NewScheduleRequest(name, new ScheduleRequest { When = when, Zone = zone.Id, Command = command }), Admin, CancellationToken.None);

    /// <summary>Runs a command to its end, as the command line would.</summary>
    internal async Task<Job> RunAsync(string command)
    {
        var jobs = new ScheduledJobs(new JobLaunch());
        await Get<ScheduledCommands>().RunAsync(command, Admin, jobs, CancellationToken.None);
        await RunWaitingAsync();
        return await Get<JobStore>().GetAsync(jobs.Launched!.Id, CancellationToken.None);
    }

    /// <summary>Lets the time pass, stopping at whatever falls due.</summary>
    internal async Task PassAsync(DateTimeOffset until)
    {
        while (Clock.GetUtcNow() < until)
        {
            var next = await NextAsync();
            Clock.SetUtcNow(next < until ? next : until);
            await SettleAsync();
        }
    }

    /// <summary>Lets the time pass while no service runs.</summary>
    internal void Sleep(DateTimeOffset until) => Clock.SetUtcNow(until);

    /// <summary>Both replicas look at once, and by turns take all that there is to do and do it side by side, until there is nothing more.</summary>
    internal async Task SettleAsync()
    {
        do
        {
            await Task.WhenAll(_clocks.Select(clock => clock.TurnAsync(CancellationToken.None)));
        }
        while (await RunWaitingAsync() > 0);
    }

    /// <summary>What is overdue, lost or oddly small or large by the product's own judgement, such as `backup_overdue/files`.</summary>
    internal async Task<IReadOnlyList<string>> OverdueAsync()
    {
        var found = new List<Alarm>();
        foreach (var source in Get<IEnumerable<IAlarmSource>>().Where(source => source is RpoSource or DrillSource or SizeSource or EmptiedSource))
        {
            found.AddRange((await source.JudgeAsync(Clock.GetUtcNow(), CancellationToken.None)).Alarms);
        }

        return [.. found.Select(alarm => alarm.Key).Order(StringComparer.Ordinal)];
    }

    /// <summary>A day's work on the server: a message, a new attachment, an old one that goes.</summary>
    internal async Task LiveADayAsync(int day)
    {
        await _database.ExecuteAsync(string.Create(CultureInfo.InvariantCulture, $"update posts set message = 'day {day}' where id = (select id from posts order by id offset {day % 40} limit 1)"));
        var content = new byte[20_000];
        _random.NextBytes(content);
        var folder = Directory.CreateDirectory(Path.Combine(Sample.DataDirectory, "year")).FullName;
        await File.WriteAllBytesAsync(Path.Combine(folder, $"{day:000}.bin"), content);
        File.Delete(Path.Combine(folder, $"{day - 40:000}.bin"));
    }

    internal Task ExecuteAsync(string sql) => _database.ExecuteAsync(sql);

    public async ValueTask DisposeAsync()
    {
        foreach (var replica in _replicas)
        {
            await replica.DisposeAsync();
        }

        await _database.DisposeAsync();
        _directory.Dispose();
    }

    private void AddReplica()
    {
        var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Mattermost:Directory"] = Sample.Directory,
            ["Mattermost:DatabaseUrl"] = $"{Sample.DatabaseUri}?sslmode=disable",
            ["Repository:Url"] = $"file://{RepositoryDirectory}",
            ["Repository:Passphrase"] = Passphrase,
            ["ConnectionStrings:State"] = _directory.File("state.db"),
            ["Schedules:BuiltIn"] = "false",
            ["Alarms:Rpo:Database"] = "9d",
            ["Approvals:Prune"] = "false",
            ["Alarms:Rpo:Database"] = "8d",
            ["Alarms:DrillWithin"] = $"{DrillObjective.Days}d",
            ["Drills:DatabaseUrl"] = $"{Sample.DatabaseUri}?sslmode=disable",
            ["Drills:Directory"] = DrillDirectory,
        });
        var services = new ServiceCollection().AddLogging(logging => logging.AddProvider(Logs)).AddSingleton<TimeProvider>(Clock);
        services.AddRooms(configuration, AppSettings.Load(configuration));
        var replica = services.BuildServiceProvider();
        _replicas.Add(replica);
        _clocks.Add(ActivatorUtilities.CreateInstance<ScheduleClock>(replica));
    }

    private async Task<DateTimeOffset> NextAsync()
    {
        var now = Clock.GetUtcNow();
        var all = await Get<ScheduleStore>().ListAsync(CancellationToken.None);
        return all.Where(schedule => schedule.PausedAt is null).SelectMany(schedule => SchedulePlanner.Upcoming(schedule, now, 1)).DefaultIfEmpty(DateTimeOffset.MaxValue).Min();
    }

    private async Task<int> RunWaitingAsync()
    {
        var replica = _replicas[_turn++ % _replicas.Count];
        using var scope = replica.CreateScope();
        string[] kinds = [.. scope.ServiceProvider.GetServices<IJobHandler>().Select(handler => handler.Kind).Distinct()];
        var running = new List<Task<Job>>();
        while (await replica.GetRequiredService<JobQueue>().TryTakeAsync(kinds, CancellationToken.None) is { } job)
        {
            running.Add(Task.Run(() => replica.GetRequiredService<JobRunner>().RunAsync(job, null, Stopping)));
        }

        foreach (var job in await WhileTimePassesAsync(Task.WhenAll(running)))
        {
            Remember(job);
        }

        return running.Count;
    }

    /// <summary>A job takes its time by the fake clock too: whatever in it waits for a later moment gets there.</summary>
    private async Task<Job[]> WhileTimePassesAsync(Task<Job[]> running)
    {
        while (await Task.WhenAny(running, Task.Delay(Glance)) != running)
        {
            Clock.Advance(TimeSpan.FromSeconds(1));
        }

        return await running;
    }

    private void Remember(Job job)
    {
        if (job is { Kind: "backup", State: JobState.Succeeded or JobState.PartlyFailed })
        {
            _trees[System.Text.Json.Nodes.JsonNode.Parse(job.ResultJson!)!["restorePoint"]!.ToString()] = TreeSnapshot.Of(Sample.DataDirectory);
        }
    }
}
