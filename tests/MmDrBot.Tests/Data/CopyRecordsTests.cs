using MmDrBot.Alarms;
using MmDrBot.Data;
using MmDrBot.Features.Copies;
using MmDrBot.Protection;
using MmDrBot.Settings;

namespace MmDrBot.Tests.Data;

public abstract class CopyRecordsTests : IAsyncLifetime
{
    private readonly StateFixture _state;

    private protected CopyRecordsTests(StateDatabases databases) => _state = new(databases);

    private CopyRecords Copies => _state.Get<CopyRecords>();

    private DateTimeOffset Now => _state.Clock.GetUtcNow();

    [Fact]
    public async Task Before_the_first_replication_everything_is_missing_and_the_oldest_tells_the_lag()
    {
        await TakenAsync("a", hours: 1);
        await TakenAsync("b", hours: 2);

        var record = await Copies.ReadAsync("offsite", CancellationToken.None);

        Assert.Equal((0, 2, Now.AddHours(1)), (record.Copied, record.Missing, record.OldestMissingAt));
        Assert.Null(record.FinishedAt);
    }

    [Fact]
    public async Task What_was_copied_is_missing_no_more_in_that_copy_alone()
    {
        await TakenAsync("a", hours: 1);
        await TakenAsync("b", hours: 2);
        await WriteAsync(transaction => Copies.AddAsync(transaction, "offsite", "b", Now.AddHours(2), Now, CancellationToken.None));
        await WriteAsync(transaction => Copies.AddAsync(transaction, "offsite", "b", Now.AddHours(2), Now, CancellationToken.None));

        var (offsite, other) = (await Copies.ReadAsync("offsite", CancellationToken.None), await Copies.ReadAsync("other", CancellationToken.None));

        Assert.Equal((1, Now.AddHours(2), 1, Now.AddHours(1)), (offsite.Copied, offsite.NewestAt, offsite.Missing, offsite.OldestMissingAt));
        Assert.Equal(2, other.Missing);
    }

    [Fact]
    public async Task The_end_of_a_replication_says_all_that_the_copy_holds()
    {
        await TakenAsync("a", hours: 1);
        await TakenAsync("b", hours: 2);
        await FinishAsync(null, "a", "b");
        Assert.Equal((2, 0, null), ((await ReadAsync()).Copied, (await ReadAsync()).Missing, (await ReadAsync()).OldestMissingAt));

        await FinishAsync("a pack is damaged", "b");

        var record = await ReadAsync();
        Assert.Equal((1, 1, "a pack is damaged", Now), (record.Copied, record.Missing, record.Error, record.FailedAt));
        Assert.Equal(["b"], await Copies.HeldAsync("offsite", CancellationToken.None));
    }

    [Fact]
    public async Task A_failure_keeps_the_time_of_the_last_end_and_a_success_ends_the_failure()
    {
        await FinishAsync(null);
        var finished = Now;
        _state.Clock.Advance(TimeSpan.FromHours(1));

        await WriteAsync(transaction => Copies.FailAsync(transaction, "offsite", "out of reach", Now, CancellationToken.None));
        var failed = await ReadAsync();
        await FinishAsync(null);
        var mended = await ReadAsync();

        Assert.Equal((finished, Now, "out of reach"), (failed.FinishedAt, failed.FailedAt, failed.Error));
        Assert.Equal((Now, null, null), (mended.FinishedAt, mended.FailedAt, mended.Error));
    }

    [Fact]
    public async Task Restore_points_that_were_forgotten_and_those_of_an_earlier_repository_are_not_missed()
    {
        await TakenAsync("old", hours: -100, repository: "earlier");
        await TakenAsync("gone", hours: 1);
        await TakenAsync("a", hours: 2);
        await WriteAsync(transaction => _state.Get<CommittedRestorePoints>().MarkForgottenAsync(transaction, "repo", "gone", Now, CancellationToken.None));

        Assert.Equal((1, Now.AddHours(2)), ((await ReadAsync()).Missing, (await ReadAsync()).OldestMissingAt));
    }

    [Fact]
    public async Task Only_what_is_for_a_copy_is_missing_there()
    {
        await TakenAsync("a", hours: 1, copies: """["near"]""");
        await TakenAsync("b", hours: 2, copies: """["near","offsite"]""");
        await TakenAsync("c", hours: 3, copies: "[]");
        await TakenAsync("d", hours: 4);

        Assert.Equal((2, Now.AddHours(2)), ((await ReadAsync()).Missing, (await ReadAsync()).OldestMissingAt));
        Assert.Equal(3, (await Copies.ReadAsync("near", CancellationToken.None)).Missing);
        Assert.Equal(1, (await Copies.ReadAsync("off", CancellationToken.None)).Missing);
    }

    [Fact]
    public async Task What_a_copy_forgot_is_neither_held_nor_missing_and_a_copy_that_forgot_all_alarms()
    {
        await TakenAsync("a", hours: 0);
        await TakenAsync("b", hours: 1);
        await FinishAsync(null, "a", "b");
        await WriteAsync(transaction => Copies.ForgetAsync(transaction, "offsite", "a", Now, CancellationToken.None));
        Assert.Equal((1, 1, 0), ((await ReadAsync()).Copied, (await ReadAsync()).Forgotten, (await ReadAsync()).Missing));
        Assert.Equal(["b"], await Copies.HeldAsync("offsite", CancellationToken.None));
        Assert.Equal(2, (await Copies.RememberedAsync("offsite", CancellationToken.None)).Count);
        Assert.Empty(await AlarmsAsync());

        await FinishAsync(null, ["a", "b"], []);

        Assert.Equal((0, 2, 0), ((await ReadAsync()).Copied, (await ReadAsync()).Forgotten, (await ReadAsync()).Missing));
        var emptied = Assert.Single(await AlarmsAsync());
        Assert.Equal(("copy_behind/offsite", AlarmSeverity.Warning), (emptied.Key, emptied.Severity));
        Assert.Contains("holds none", emptied.Message, StringComparison.Ordinal);
        await FinishAsync(null, ["a"], ["b"]);
        Assert.Empty(await AlarmsAsync());
    }

    [Fact]
    public async Task A_copy_that_is_behind_or_damaged_alarms_though_nothing_replicates()
    {
        await TakenAsync("a", hours: 0);
        _state.Clock.Advance(TimeSpan.FromHours(23));
        Assert.Empty(await AlarmsAsync());

        _state.Clock.Advance(TimeSpan.FromHours(2));
        var behind = Assert.Single(await AlarmsAsync());
        Assert.Equal(("copy_behind/offsite", AlarmSeverity.Warning), (behind.Key, behind.Severity));

        await FinishAsync(null, "a");
        Assert.Empty(await AlarmsAsync());

        await WriteAsync(transaction => _state.Get<DamageFindings>().RecordCheckAsync(transaction, "offsite", 100, "packs/1 is damaged", Now, CancellationToken.None));
        var damaged = Assert.Single(await AlarmsAsync());
        Assert.Equal(AlarmSeverity.Critical, damaged.Severity);
        Assert.Contains("packs/1 is damaged", damaged.Message, StringComparison.Ordinal);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _state.DisposeAsync();

    private async Task<IReadOnlyList<Alarm>> AlarmsAsync()
    {
        var settings = AppSettings.Unset with { Repositories = new Dictionary<string, CopyOptions> { ["offsite"] = new() { Url = "s3://far/away" } } };
        return (await new CopyAlarms(new CopyLag(settings, Copies, _state.Get<DamageFindings>(), _state.Clock)).JudgeAsync(Now, CancellationToken.None)).Alarms;
    }

    private Task<CopyRecord> ReadAsync() => Copies.ReadAsync("offsite", CancellationToken.None);

    private Task FinishAsync(string? error, params string[] held) => FinishAsync(error, [], held);

    private Task FinishAsync(string? error, string[] forgotten, string[] held) =>
        WriteAsync(transaction => Copies.FinishAsync(transaction, "offsite", [.. held.Select(id => new CopiedPoint(id, Now))], [.. forgotten.Select(id => new CopiedPoint(id, Now))], error, Now, CancellationToken.None));

    private Task TakenAsync(string id, int hours, string repository = "repo", string? copies = null) => WriteAsync(transaction => _state.Get<CommittedRestorePoints>().RecordAsync(
        transaction, new() { RepositoryId = repository, ManifestId = id, CreatedAt = Now.AddHours(hours), ComponentsJson = "[]", CopiesJson = copies, Bytes = 1 }, CancellationToken.None));

    private Task WriteAsync(Func<StateTransaction, Task> write) => _state.Database.InTransactionAsync((transaction, _) => write(transaction), CancellationToken.None);
}

public sealed class SqliteCopyRecordsTests() : CopyRecordsTests(StateDatabases.Sqlite());

public sealed class PostgresCopyRecordsTests() : CopyRecordsTests(StateDatabases.PostgreSql());
