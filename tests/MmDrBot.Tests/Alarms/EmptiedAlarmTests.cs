using Microsoft.Extensions.DependencyInjection;
using MmDrBot.Access;
using MmDrBot.Alarms;
using MmDrBot.Alarms.Sources;
using MmDrBot.Engine.Backup;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Sources.Postgres;
using MmDrBot.Features.Alarms;
using MmDrBot.Protection;
using MmDrBot.TestKit.Files;
using MmDrBot.TestKit.Postgres;
using MmDrBot.Tests.Data;

namespace MmDrBot.Tests.Alarms;

/// <summary>A real database that loses rows between backups, and what is told of it over restarts.</summary>
public sealed class EmptiedAlarmTests : IAsyncLifetime
{
    private readonly TempDirectory _directory = new();
    private TestDatabase _database = null!;
    private AlarmBench _bench = null!;
    private ServiceProvider _process = null!;
    private IAlarmSource _source = null!;

    public async Task InitializeAsync()
    {
        _database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        await _database.ExecuteAsync("CREATE TABLE posts AS SELECT generate_series(1, 1200) AS id; CREATE TABLE teams AS SELECT 1 AS id; CREATE TABLE drafts AS SELECT 1 AS id");
        _bench = new AlarmBench(StateDatabases.Sqlite(), ("Repository:Url", $"file://{_directory.File("repository")}"), ("Repository:Passphrase", "a-passphrase-of-tables-9902"));
        Restart();
        await _process.GetRequiredService<RepositoryProvider>().InitializeAsync(CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await _bench.DisposeAsync();
        await _database.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_table_that_has_no_rows_any_more_is_told_until_they_are_back_whatever_restarts()
    {
        var full = await BackUpAsync("SELECT 1");
        Assert.Empty(await RoundAsync());
        await BackUpAsync("TRUNCATE posts, drafts");
        Assert.Equal([AlarmEvent.Opened], await RoundAsync());
        var raised = Assert.Single(await OpenAsync());
        Assert.Equal(("table_emptied/public.posts", AlarmSeverity.Critical), (raised.Alarm.Key, raised.Alarm.Severity));
        Assert.Contains($"public.posts had 1,200 rows and has none in the newest restore point of the database. Restore point {full.Id.ToString()[..8]} of 2026-03-01", raised.Alarm.Message, StringComparison.Ordinal);

        Restart();
        await BackUpAsync("SELECT 1");
        Assert.Empty(await RoundAsync());
        Assert.Single(await OpenAsync());

        await BackUpAsync("INSERT INTO posts VALUES (1)");
        Assert.Empty(await RoundAsync());
        await BackUpAsync("INSERT INTO posts SELECT generate_series(1, 600)");
        Assert.Equal([AlarmEvent.Resolved], await RoundAsync());
    }

    [Fact]
    public async Task Who_acknowledges_it_ends_it_and_what_is_emptied_later_is_told_anew()
    {
        await BackUpAsync("SELECT 1");
        await BackUpAsync("DROP TABLE teams");
        await RoundAsync();
        var raised = Assert.Single(await OpenAsync());
        Assert.Equal(AlarmSeverity.Warning, raised.Alarm.Severity);

        await _process.GetRequiredService<AcknowledgeAlarm>().HandleAsync(new AcknowledgeAlarmRequest(raised.Id, "one team less"), Actor.System, CancellationToken.None);
        Assert.Equal([AlarmEvent.Resolved], await RoundAsync());
        Restart();
        await BackUpAsync("SELECT 1");
        Assert.Empty(await RoundAsync());

        await BackUpAsync("TRUNCATE posts");
        Assert.Equal([AlarmEvent.Opened], await RoundAsync());
        Assert.Equal("public.posts", Assert.Single(await OpenAsync()).Alarm.Subject);
    }

    [Fact]
    public async Task Each_table_is_told_and_accepted_by_itself()
    {
        await BackUpAsync("SELECT 1");
        await BackUpAsync("DROP TABLE teams");
        Assert.Equal([AlarmEvent.Opened], await RoundAsync());
        var teams = Assert.Single(await OpenAsync());
        await BackUpAsync("TRUNCATE posts");
        Assert.Equal([AlarmEvent.Opened], await RoundAsync());

        await _process.GetRequiredService<AcknowledgeAlarm>().HandleAsync(new AcknowledgeAlarmRequest(teams.Id, "one team less"), Actor.System, CancellationToken.None);

        Assert.Equal([AlarmEvent.Resolved], await RoundAsync());
        Assert.Equal("public.posts", Assert.Single(await OpenAsync()).Alarm.Subject);
    }

    private void Restart()
    {
        _process = _bench.NewProcess();
        _source = ActivatorUtilities.CreateInstance<EmptiedSource>(_process);
    }

    private async Task<RestorePoint> BackUpAsync(string sql)
    {
        await _database.ExecuteAsync(sql);
        _bench.Clock.Advance(TimeSpan.FromHours(1));
        var repository = await _process.GetRequiredService<RepositoryProvider>().OpenAsync(CancellationToken.None);
        var sources = new BackupSources { Database = PostgresAddress.Parse(_database.Uri) with { SslMode = "disable" } };
        return await new BackupRunner(repository, _bench.Clock).RunAsync(new BackupRequest { Sources = sources, Program = "test" }, null, CancellationToken.None);
    }

    /// <summary>What was told in a round of this source.</summary>
    private async Task<IEnumerable<AlarmEvent>> RoundAsync()
    {
        _bench.Clock.Advance(TimeSpan.FromMinutes(16));
        var judgement = await _source.JudgeAsync(_bench.Clock.GetUtcNow(), CancellationToken.None);
        Assert.Null(judgement.Obstacle);
        return (await _process.GetRequiredService<AlarmDesk>().ApplyAsync(_source.Name, judgement, CancellationToken.None)).Select(change => change.Told!.Value);
    }

    private Task<IReadOnlyList<RaisedAlarm>> OpenAsync() => _process.GetRequiredService<AlarmStore>().ListOpenAsync(CancellationToken.None);
}
