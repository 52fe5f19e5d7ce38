using Microsoft.Extensions.Time.Testing;
using MmDrBot.Access;
using MmDrBot.Data;

namespace MmDrBot.Tests.Data;

public abstract class StateDatabaseTests : IAsyncLifetime
{
    private readonly StateFixture _state;

    private protected StateDatabaseTests(StateDatabases databases) => _state = new(databases);

    private protected StateFixture State => _state;

    [Fact]
    public async Task Eight_processes_may_migrate_at_once()
    {
        var databases = Enumerable.Range(0, 8).Select(_ => new StateDatabase(_state.ConnectionString, new FakeTimeProvider())).ToList();

        await Task.WhenAll(databases.Select(database => Task.Run(() => database.MigrateAsync(CancellationToken.None))));

        Assert.Equal(Migration.All.Count, await CountAsync("schema_versions"));
        foreach (var database in databases)
            await database.DisposeAsync();
    }

    [Fact]
    public async Task A_newer_schema_is_refused()
    {
        await _state.ExecuteAsync("insert into schema_versions (version, name, applied_at) values (9999, 'x', 0)");
        await using var older = new StateDatabase(_state.ConnectionString, new FakeTimeProvider());

        var refusal = await Assert.ThrowsAsync<Refusal>(() => older.MigrateAsync(CancellationToken.None));

        Assert.Equal(RefusalReason.Unavailable, refusal.Reason);
        Assert.Contains("9999", refusal.Message, StringComparison.Ordinal);
        Assert.NotNull(refusal.Hint);
    }

    [Fact]
    public async Task A_transaction_whose_work_throws_leaves_nothing()
    {
        var signalled = false;

        await Assert.ThrowsAsync<InvalidOperationException>(() => _state.Database.InTransactionAsync(
            async (transaction, token) =>
            {
                transaction.AfterCommit(() => signalled = true);
                await InsertAsync(transaction, "a", token);
                throw new InvalidOperationException();
            },
            CancellationToken.None));

        Assert.Equal(0, await CountAsync("restore_point_records"));
        Assert.False(signalled);
    }

    [Fact]
    public async Task Nothing_is_written_after_cancellation()
    {
        using var source = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _state.Database.InTransactionAsync(
            async (transaction, token) =>
            {
                await InsertAsync(transaction, "a", token);
                await source.CancelAsync();
            },
            source.Token));

        Assert.Equal(0, await CountAsync("restore_point_records"));
    }

    [Fact]
    public async Task A_committed_transaction_says_so_once()
    {
        var signals = 0;

        await _state.Database.InTransactionAsync(
            async (transaction, token) =>
            {
                transaction.AfterCommit(() => signals++);
                await InsertAsync(transaction, "a", token);
            },
            CancellationToken.None);

        Assert.Equal(1, signals);
        Assert.Equal(1, await CountAsync("restore_point_records"));
    }

    [Fact]
    public async Task A_mistake_in_a_statement_is_no_refusal()
    {
        var exception = await Record.ExceptionAsync(() => _state.ExecuteAsync("insert into no_such_table values (1)"));

        Assert.NotNull(exception);
        Assert.IsNotType<Refusal>(exception);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _state.DisposeAsync();

    private protected Task<long> CountAsync(string table) => _state.Database.ReadAsync(
        (transaction, token) => transaction.FirstOrDefaultAsync<long>($"select count(*) from {table}", values: null, token),
        CancellationToken.None);

    private static Task InsertAsync(StateTransaction transaction, string id, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync(
            "insert into restore_point_records (repository_id, manifest_id, created_at, components, bytes) values (@id, @id, 0, '[]', 0)",
            new { id },
            cancellationToken);
}
