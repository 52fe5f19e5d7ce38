using MmDrBot.Data;

namespace MmDrBot.Tests.Data;

public abstract class VerificationStateTests : IAsyncLifetime
{
    private const string Repository = "repo";
    private readonly StateFixture _state;

    private protected VerificationStateTests(StateDatabases databases) => _state = new(databases);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _state.DisposeAsync();

    [Fact]
    public async Task The_last_good_drill_is_the_newest_drill_or_boot_that_found_nothing()
    {
        Assert.Null(await Standings.LastGoodDrillAsync(Repository, CancellationToken.None));
        await RecordAsync("a", "drill", good: true, hours: 1);
        await RecordAsync("b", "boot", good: true, hours: 2);
        await RecordAsync("c", "drill", good: false, hours: 3);
        await RecordAsync("d", "data", good: true, hours: 4);
        await RecordAsync("e", "drill", good: true, hours: 5, repository: "other");

        var last = await Standings.LastGoodDrillAsync(Repository, CancellationToken.None);

        Assert.Equal(("b", "boot", TimeSpan.FromSeconds(90.5), true), (last!.Id, last.Level, last.RestoreTime, last.Good));
        Assert.Equal(_state.Clock.GetUtcNow().AddHours(2), last.FinishedAt);
        Assert.Equal("c", (await Standings.LastDrillAsync(Repository, CancellationToken.None))!.Id);
        Assert.Equal(["d", "c", "b", "a"], (await Standings.ListAsync(Repository, 10, CancellationToken.None)).Select(entry => entry.Id));
    }

    [Fact]
    public async Task To_record_twice_changes_nothing()
    {
        await RecordAsync("a", "drill", good: true, hours: 1);
        await RecordAsync("a", "drill", good: false, hours: 9);

        Assert.True(Assert.Single(await Standings.ListAsync(Repository, 10, CancellationToken.None)).Good);
    }

    [Fact]
    public async Task Packs_wait_since_they_were_read_or_first_seen_and_are_forgotten_when_they_are_gone()
    {
        var now = _state.Clock.GetUtcNow();
        await Packs.WaitingSinceAsync(Repository, ["a", "b"], now, CancellationToken.None);
        await Packs.WaitingSinceAsync("other", ["x"], now, CancellationToken.None);
        await Packs.RecordAsync(new ReadBackEntry("run", Repository, now, now.AddHours(1), 1, 32, true), ["a"], CancellationToken.None);

        var waiting = await Packs.WaitingSinceAsync(Repository, ["a", "b", "c"], now.AddHours(2), CancellationToken.None);

        Assert.Equal([("a", now.AddHours(1)), ("b", now), ("c", now.AddHours(2))], waiting.OrderBy(item => item.Key).Select(item => (item.Key, item.Value)));
        Assert.Equal(["c"], (await Packs.WaitingSinceAsync(Repository, ["c"], now, CancellationToken.None)).Keys);
        Assert.Equal(now, Assert.Single(await Packs.WaitingSinceAsync("other", ["x"], now.AddDays(1), CancellationToken.None)).Value);
        Assert.Equal(("run", 1L, 32L, true), await Packs.LastAsync(Repository, CancellationToken.None) is { } last ? (last.Id, last.Packs, last.Bytes, last.Good) : default);
    }

    [Fact]
    public async Task Packs_that_were_read_by_a_clock_that_was_ahead_wait_as_long_as_any()
    {
        var now = _state.Clock.GetUtcNow();
        await Packs.WaitingSinceAsync(Repository, ["a", "b", "c"], now, CancellationToken.None);
        await Packs.RecordAsync(new ReadBackEntry("ahead", Repository, now.AddYears(1), now.AddYears(1), 1, 32, true), ["a"], CancellationToken.None);
        await Packs.RecordAsync(new ReadBackEntry("right", Repository, now.AddHours(1), now.AddHours(1), 1, 32, true), ["b"], CancellationToken.None);

        var waiting = await Packs.WaitingSinceAsync(Repository, ["a", "b", "c"], now.AddHours(2), CancellationToken.None);

        Assert.Equal([("a", now), ("b", now.AddHours(1)), ("c", now)], waiting.OrderBy(item => item.Key).Select(item => (item.Key, item.Value)));
    }

    private DrillStandings Standings => _state.Get<DrillStandings>();

    private ReadPacks Packs => _state.Get<ReadPacks>();

    private Task RecordAsync(string id, string level, bool good, int hours, string repository = Repository) => _state.Database.InTransactionAsync(
        (transaction, token) => Standings.RecordAsync(
            transaction,
            new VerificationEntry
            {
                Id = id,
                RepositoryId = repository,
                ManifestId = "manifest",
                Level = level,
                Good = good,
                StartedAt = _state.Clock.GetUtcNow(),
                FinishedAt = _state.Clock.GetUtcNow().AddHours(hours),
                RestoreTime = level is "drill" or "boot" ? TimeSpan.FromSeconds(90.5) : null,
            },
            token),
        CancellationToken.None);
}

public sealed class SqliteVerificationStateTests() : VerificationStateTests(StateDatabases.Sqlite());

public sealed class PostgresVerificationStateTests() : VerificationStateTests(StateDatabases.PostgreSql());
