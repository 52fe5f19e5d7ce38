using Microsoft.Extensions.Time.Testing;
using MmDrBot.Alarms;
using MmDrBot.Alarms.Sources;
using MmDrBot.Data;
using MmDrBot.Engine.Backup;
using MmDrBot.Engine.Maintenance;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Verification;
using MmDrBot.Engine.Verification.Drilling;
using MmDrBot.Protection;
using MmDrBot.Settings;
using MmDrBot.Tests.Host;

namespace MmDrBot.Tests.Alarms;

/// <summary>A real repository, looked at as time goes by while nothing runs any more.</summary>
[Collection(BotCollection.Name)]
public sealed class RepositoryAlarmTests : IDisposable
{
    private readonly BotFixture _bot;
    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());
    private readonly RepositoryLook _look;
    private readonly AlarmOptions _options = new();
    private readonly List<BlobId> _recorded = [];

    public RepositoryAlarmTests(BotFixture bot)
    {
        _bot = bot;
        _look = new RepositoryLook(bot.Get<RepositoryProvider>(), bot.Get<CommittedRestorePoints>(), _clock);
    }

    /// <summary>What was recorded by the clock of one test has not happened yet for the next.</summary>
    public void Dispose()
    {
        _look.Dispose();
        foreach (var id in _recorded)
        {
            File.Delete(Directory.GetFiles(Path.Combine(_bot.RepositoryDirectory, "verifications"), id.ToString(), SearchOption.AllDirectories).Single());
        }
    }

    [Fact]
    public async Task A_scheduler_that_stopped_is_noticed_by_what_is_not_there()
    {
        await _bot.TypeJobAsync("/dr backup");
        Assert.Empty(await JudgeAsync(Rpo()));

        _clock.Advance(TimeSpan.FromHours(26.5));
        Assert.Equal(["config", "database", "files"], (await JudgeAsync(Rpo())).Select(alarm => alarm.Subject).Order());
    }

    [Fact]
    public async Task A_restore_point_that_vanished_does_not_count()
    {
        await _bot.TypeJobAsync("/dr backup");
        var manifests = Path.Combine(_bot.RepositoryDirectory, "manifests");
        var away = manifests + "-away";
        Directory.Move(manifests, away);
        Directory.CreateDirectory(manifests);
        try
        {
            var alarms = await JudgeAsync(Rpo());

            Assert.Equal(3, alarms.Count);
            Assert.All(alarms, alarm => Assert.Contains("any more, though there was one", alarm.Message, StringComparison.Ordinal));
        }
        finally
        {
            Directory.Delete(manifests);
            Directory.Move(away, manifests);
        }
    }

    [Fact]
    public async Task A_repository_out_of_reach_is_an_alarm_after_a_while_and_leaves_the_others_as_they_are()
    {
        await _bot.AnyRestorePointAsync();
        await _look.GetAsync(CancellationToken.None);
        var source = new RepositorySource(_look, _options);
        var away = _bot.RepositoryDirectory + "-away";
        Directory.Move(_bot.RepositoryDirectory, away);
        try
        {
            _clock.Advance(TimeSpan.FromMinutes(11));
            Assert.NotNull((await source.JudgeAsync(_clock.GetUtcNow(), CancellationToken.None)).Obstacle);
            Assert.Equal(3, (await Rpo().JudgeAsync(_clock.GetUtcNow(), CancellationToken.None)).Unknown.Count);
            _clock.Advance(TimeSpan.FromMinutes(16));
            Assert.Equal(AlarmKinds.RepositoryUnreachable, Assert.Single(await JudgeAsync(source)).Kind);
            _clock.Advance(TimeSpan.FromHours(27));
            Assert.Equal(3, (await JudgeAsync(Rpo())).Count);
        }
        finally
        {
            Directory.Move(away, _bot.RepositoryDirectory);
        }

        _clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Empty(await JudgeAsync(source));
    }

    [Fact]
    public async Task Drills_are_read_from_the_repository_and_damage_counts_until_it_is_proven_wrong()
    {
        await _bot.TypeJobAsync("/dr backup");
        var repository = await _bot.Get<RepositoryProvider>().OpenAsync(CancellationToken.None);
        var point = (await repository.RestorePointsAsync(CancellationToken.None))[^1];
        var (drills, damage) = (new DrillSource(_look, _bot.Get<CommittedRestorePoints>(), _options), new RepositorySource(_look, _options));
        _clock.Advance(TimeSpan.FromDays(9));
        var never = await JudgeAsync(drills);
        Assert.Equal(["database", "config", "files"], never.Select(alarm => alarm.Subject));
        Assert.All(never, alarm => Assert.Contains("has gone well", alarm.Message, StringComparison.Ordinal));

        await RecordAsync(repository, point, VerificationLevel.Drill, good: true);
        Assert.Empty(await JudgeAsync(drills));
        await RecordAsync(repository, point, VerificationLevel.Data, good: false);
        Assert.Contains(point.Id.ToString()[..8], Assert.Single(await JudgeAsync(damage)).Message, StringComparison.Ordinal);
        await RecordAsync(repository, point, VerificationLevel.Data, good: true);
        Assert.Empty(await JudgeAsync(damage));
        _clock.Advance(TimeSpan.FromDays(9));
        Assert.Contains("The last restore drill of the database", (await JudgeAsync(drills))[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_verification_found_is_over_when_the_restore_point_is_found_whole_anywhere_or_is_gone()
    {
        await _bot.TypeJobAsync("/dr backup");
        var repository = await _bot.Get<RepositoryProvider>().OpenAsync(CancellationToken.None);
        var point = (await repository.RestorePointsAsync(CancellationToken.None))[^1];
        var (source, health) = (new CheckSource(_bot.Get<DamageFindings>(), _look), _bot.Get<RepositoryHealth>());
        await health.RecordAsync(KnownRepositories.Main, point.Id, VerificationLevel.Data, ["packs/1 is missing."]);
        Assert.Contains($"found in restore point {point.Id.ToString()[..8]}", Assert.Single(await JudgeAsync(source)).Cure, StringComparison.Ordinal);

        // Another host leaves its record in the repository, and nothing in this state.
        _clock.Advance(TimeSpan.FromHours(1));
        await RecordAsync(repository, point, VerificationLevel.Structure, good: true);
        Assert.Single(await JudgeAsync(source));
        await RecordAsync(repository, point, VerificationLevel.Data, good: true);
        Assert.Empty(await JudgeAsync(source));

        // What a drill showed, reading alone does not disprove.
        await health.RecordAsync(KnownRepositories.Main, point.Id, VerificationLevel.Drill, ["rows: public.posts has 3 of 4 rows."]);
        await health.RecordAsync(KnownRepositories.Main, 1, []);
        await health.RecordAsync(KnownRepositories.Main, point.Id, VerificationLevel.Data, []);
        Assert.Contains("found by a drill", Assert.Single(await JudgeAsync(source)).Cure, StringComparison.Ordinal);
        Assert.Equal(1, await health.ShareToDisproveAsync(KnownRepositories.Main));
        await health.RecordAsync(KnownRepositories.Main, point.Id, VerificationLevel.Drill, []);
        Assert.Empty(await JudgeAsync(source));

        Assert.True(BlobId.TryParse(new string('a', 64), out var gone));
        await health.RecordAsync(KnownRepositories.Main, gone, VerificationLevel.Data, ["packs/1 is missing."]);
        Assert.Empty(await JudgeAsync(source));
        await health.RecordAsync(KnownRepositories.Main, 1, []);
        Assert.Empty(await _bot.Get<DamageFindings>().ListAsync(CancellationToken.None));
    }

    [Fact]
    public async Task What_was_found_whole_by_a_clock_that_was_ahead_disproves_no_damage()
    {
        await _bot.TypeJobAsync("/dr backup");
        var repository = await _bot.Get<RepositoryProvider>().OpenAsync(CancellationToken.None);
        var point = (await repository.RestorePointsAsync(CancellationToken.None))[^1];
        var (check, damage, health) = (new CheckSource(_bot.Get<DamageFindings>(), _look), new RepositorySource(_look, _options), _bot.Get<RepositoryHealth>());
        var day = TimeSpan.FromDays(1);
        await RecordAsync(repository, point, VerificationLevel.Drill, good: true, ahead: day);
        Assert.Null((await _look.GetAsync(CancellationToken.None)).LastDrill("database"));
        await health.RecordAsync(KnownRepositories.Main, point.Id, VerificationLevel.Data, ["packs/1 is missing."]);
        Assert.Single(await JudgeAsync(check));
        await RecordAsync(repository, point, VerificationLevel.Data, good: false);
        Assert.Contains(point.Id.ToString()[..8], Assert.Single(await JudgeAsync(damage)).Message, StringComparison.Ordinal);

        // Nor does it when its time has come.
        _clock.Advance(day);
        Assert.Single(await JudgeAsync(damage));
        Assert.Single(await JudgeAsync(check));
        await RecordAsync(repository, point, VerificationLevel.Data, good: true);
        Assert.Empty(await JudgeAsync(damage));
        Assert.Empty(await JudgeAsync(check));
        await health.RecordAsync(KnownRepositories.Main, 1, []);
    }

    [Fact]
    public async Task A_restore_point_that_somebody_removed_is_told_and_one_that_was_forgotten_is_not()
    {
        await _bot.TypeJobAsync("/dr backup --only config");
        var repository = await _bot.Get<RepositoryProvider>().OpenAsync(CancellationToken.None);
        var (point, source) = ((await repository.RestorePointsAsync(CancellationToken.None))[^1], new RepositorySource(_look, _options));
        var manifest = Directory.GetFiles(Path.Combine(_bot.RepositoryDirectory, "manifests"), point.Id.ToString(), SearchOption.AllDirectories).Single();
        File.Move(manifest, manifest + "-away");
        _clock.Advance(TimeSpan.FromMinutes(11));
        var alarm = Assert.Single(await JudgeAsync(source), one => one.Subject == "vanished restore points");
        Assert.Equal($"1 restore point is gone that nobody forgot ({point.Id.ToString()[..8]}).", alarm.Message);

        File.Move(manifest + "-away", manifest);
        await ForgetRestorePoint.RunAsync(repository, point.Id, "another host", _clock, CancellationToken.None);
        _clock.Advance(TimeSpan.FromMinutes(11));
        Assert.Empty(await JudgeAsync(source));
    }

    [Fact]
    public async Task The_size_of_the_repository_is_remembered_once_a_day_and_its_growth_judged_by_that()
    {
        await _bot.TypeJobAsync("/dr backup");
        var history = new SizeHistory(_bot.Get<StateDatabase>(), _look);
        var ballast = Path.Combine(_bot.RepositoryDirectory, "packs", "ballast");
        var source = new GrowthSource(_look, history, new AlarmOptions { GrowthMegabytes = 1 });
        try
        {
            for (var day = 0; day < 8; day++)
            {
                Assert.Empty(await JudgeAsync(source));
                await history.NoteAsync(CancellationToken.None);
                await history.NoteAsync(CancellationToken.None);
                _clock.Advance(TimeSpan.FromDays(1));
            }

            // A backup that broke off leaves packs, and no restore point.
            await File.WriteAllBytesAsync(ballast, new byte[3_000_000]);
            Assert.Contains("grew by 3.0 MB in a day; usual are 0 B", Assert.Single(await JudgeAsync(source)).Message, StringComparison.Ordinal);
            await history.NoteAsync(CancellationToken.None);
            Assert.Equal(9, (await history.ListAsync(_look.Last!.RepositoryId, CancellationToken.None)).Count);

            _clock.Advance(TimeSpan.FromDays(1));
            Assert.Empty(await JudgeAsync(source));
        }
        finally
        {
            File.Delete(ballast);
        }
    }

    [Fact]
    public async Task The_drill_of_a_configuration_proves_nothing_of_the_database()
    {
        await _bot.TypeJobAsync("/dr backup");
        await _bot.TypeJobAsync("/dr backup --only config");
        var repository = await _bot.Get<RepositoryProvider>().OpenAsync(CancellationToken.None);
        var point = (await repository.RestorePointsAsync(CancellationToken.None))[^1];
        _clock.Advance(TimeSpan.FromDays(60));
        await RecordAsync(repository, point, VerificationLevel.Drill, good: true);

        var alarms = await JudgeAsync(new DrillSource(_look, _bot.Get<CommittedRestorePoints>(), _options));

        Assert.Equal(["database", "files"], alarms.Select(alarm => alarm.Subject));
    }

    [Fact]
    public async Task A_restore_point_of_a_time_to_come_does_not_pass_for_the_newest()
    {
        await _bot.TypeJobAsync("/dr backup");
        var repository = await _bot.Get<RepositoryProvider>().OpenAsync(CancellationToken.None);
        var sources = await _bot.Get<ProtectedServer>().SourcesAsync(CancellationToken.None);
        var tomorrow = new FakeTimeProvider(_clock.GetUtcNow().AddDays(10));
        var point = await new BackupRunner(repository, tomorrow).RunAsync(new BackupRequest { Sources = sources with { Database = null, FilesDirectory = null, FilesBucket = null }, Program = "test" }, null, CancellationToken.None);
        try
        {
            _clock.Advance(TimeSpan.FromHours(27));

            Assert.Contains("config", (await JudgeAsync(Rpo())).Select(alarm => alarm.Subject));
            var ahead = Assert.Single(await JudgeAsync(new RepositorySource(_look, _options)), alarm => alarm.Kind == AlarmKinds.RestorePointAhead);
            Assert.Contains($"1 restore point bears a time that has not come yet ({point.Id.ToString()[..8]})", ahead.Message, StringComparison.Ordinal);
            Assert.NotEqual(point.Id, (await DrillChoice.LatestAsync(repository, _clock.GetUtcNow(), CancellationToken.None)).Id);
        }
        finally
        {
            File.Delete(Directory.GetFiles(Path.Combine(_bot.RepositoryDirectory, "manifests"), point.Id.ToString(), SearchOption.AllDirectories).Single());
        }
    }

    private async Task RecordAsync(Repository repository, RestorePoint point, VerificationLevel level, bool good, TimeSpan ahead = default)
    {
        _recorded.Add(await VerificationRecords.WriteAsync(
            repository, new VerificationRecord { RestorePoint = point.Id, Level = level, StartedAt = _clock.GetUtcNow() + ahead, FinishedAt = _clock.GetUtcNow() + ahead, Good = good, Host = "test", Program = "test" }, CancellationToken.None));
        _clock.Advance(TimeSpan.FromMinutes(11));
    }

    private RpoSource Rpo() => new(_look, _bot.Get<CommittedRestorePoints>(), _bot.Get<AlarmLease>(), _options);

    private async Task<IReadOnlyList<Alarm>> JudgeAsync(IAlarmSource source)
    {
        var judgement = await source.JudgeAsync(_clock.GetUtcNow(), CancellationToken.None);
        Assert.Null(judgement.Obstacle);
        return judgement.Alarms;
    }
}
