using MmDrBot.Data;

namespace MmDrBot.Tests.Data;

public abstract class CommittedRestorePointsTests : IAsyncLifetime
{
    private readonly StateFixture _state;

    private protected CommittedRestorePointsTests(StateDatabases databases) => _state = new(databases);

    [Fact]
    public async Task Those_not_forgotten_are_listed_oldest_first()
    {
        await RecordAsync("repo", "newer", hours: 2);
        await RecordAsync("repo", "older", hours: 1);
        await RecordAsync("other", "elsewhere", hours: 1);
        await RecordAsync("repo", "gone", hours: 3);

        Assert.True(await ForgetAsync("gone"));

        var live = await Points.ListLiveAsync("repo", CancellationToken.None);
        Assert.Equal(["older", "newer"], live.Select(point => point.ManifestId));
        Assert.Equal(_state.Clock.GetUtcNow().AddHours(1), live[0].CreatedAt);
        Assert.Equal((7_000_000_000, """["database"]"""), (live[0].Bytes, live[0].ComponentsJson));
    }

    [Fact]
    public async Task To_record_or_to_forget_twice_changes_nothing()
    {
        await RecordAsync("repo", "a", hours: 1);
        await RecordAsync("repo", "a", hours: 5);
        var live = Assert.Single(await Points.ListLiveAsync("repo", CancellationToken.None));
        Assert.Equal(_state.Clock.GetUtcNow().AddHours(1), live.CreatedAt);

        Assert.True(await ForgetAsync("a"));
        Assert.False(await ForgetAsync("a"));
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _state.DisposeAsync();

    private CommittedRestorePoints Points => _state.Get<CommittedRestorePoints>();

    private Task RecordAsync(string repository, string manifest, int hours) => _state.Database.InTransactionAsync(
        (transaction, token) => Points.RecordAsync(
            transaction,
            new()
            {
                RepositoryId = repository,
                ManifestId = manifest,
                CreatedAt = _state.Clock.GetUtcNow().AddHours(hours),
                ComponentsJson = """["database"]""",
                Bytes = 7_000_000_000,
            },
            token),
        CancellationToken.None);

    private Task<bool> ForgetAsync(string manifest) => _state.Database.InTransactionAsync(
        (transaction, token) => Points.MarkForgottenAsync(transaction, "repo", manifest, _state.Clock.GetUtcNow(), token),
        CancellationToken.None);
}

public sealed class SqliteCommittedRestorePointsTests() : CommittedRestorePointsTests(StateDatabases.Sqlite());

public sealed class PostgresCommittedRestorePointsTests() : CommittedRestorePointsTests(StateDatabases.PostgreSql());
