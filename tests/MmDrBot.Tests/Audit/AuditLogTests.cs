using Microsoft.Extensions.DependencyInjection;
using MmDrBot.Access;
using MmDrBot.Audit;
using MmDrBot.Data;
using MmDrBot.Tests.Data;

namespace MmDrBot.Tests.Audit;

public abstract class AuditLogTests : IAsyncLifetime
{
    private readonly StateFixture _state;

    private protected AuditLogTests(StateDatabases databases) => _state = new(databases);

    [Fact]
    public async Task Entries_come_back_newest_first_page_by_page()
    {
        for (var number = 1; number <= 5; number++)
            await AppendAsync(_state.Database, _state.Audit, $"job-{number}");

        var first = await _state.Audit.ListAsync(before: null, limit: 3, CancellationToken.None);
        var second = await _state.Audit.ListAsync(first[^1].Seq, limit: 3, CancellationToken.None);

        Assert.Equal([5, 4, 3], first.Select(record => record.Seq));
        Assert.Equal([2, 1], second.Select(record => record.Seq));
        Assert.Equal(Entry("job-5"), first[0].Entry);
    }

    [Fact]
    public async Task Many_entries_of_one_transaction_are_a_whole_chain_in_their_order()
    {
        await AppendAsync(_state.Database, _state.Audit, "before");

        await _state.Database.InTransactionAsync(
            async (transaction, token) =>
            {
                await _state.Audit.AppendAsync(transaction, [], token);
                await _state.Audit.AppendAsync(transaction, [.. Enumerable.Range(1, 300).Select(number => Entry($"job-{number}"))], token);
                await _state.Audit.AppendAsync(transaction, Entry("last"), token);
            },
            CancellationToken.None);

        var all = await _state.Audit.ListAsync(before: null, limit: 1000, CancellationToken.None);
        Assert.Equal(["last", .. Enumerable.Range(1, 300).Reverse().Select(number => $"job-{number}"), "before"], all.Select(record => record.Entry.Target));
        Assert.Equal(302, all[0].Seq);
        Assert.Null(await _state.Audit.VerifyAsync(CancellationToken.None));
    }

    [Fact]
    public async Task An_entry_falls_with_its_transaction()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => _state.Database.InTransactionAsync(
            async (transaction, token) =>
            {
                await _state.Audit.AppendAsync(transaction, Entry("job-1"), token);
                throw new InvalidOperationException();
            },
            CancellationToken.None));

        Assert.Empty(await _state.Audit.ListAsync(before: null, limit: 10, CancellationToken.None));
        Assert.Null(await _state.Audit.VerifyAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Sixteen_writers_in_two_processes_keep_the_chain_whole()
    {
        await using var other = _state.Build(configure: null);
        var writers = Enumerable.Range(0, 16).Select(writer => Task.Run(async () =>
        {
            var services = writer % 2 == 0 ? (_state.Database, _state.Audit) : (other.GetRequiredService<StateDatabase>(), other.GetRequiredService<AuditLog>());
            for (var number = 0; number < 10; number++)
                await AppendAsync(services.Item1, services.Item2, $"writer-{writer}-{number}");
        }));

        await Task.WhenAll(writers);

        var all = await _state.Audit.ListAsync(before: null, limit: 1000, CancellationToken.None);
        Assert.Equal(160, all.Select(record => record.Entry.Target).Distinct().Count());
        Assert.Equal(160, all[0].Seq);
        Assert.Null(await _state.Audit.VerifyAsync(CancellationToken.None));
    }

    [Theory]
    [InlineData("update audit_entries set actor = 'mattermost:mallory' where seq = 3", 3)]
    [InlineData("update audit_entries set at = at + 1 where seq = 2", 2)]
    [InlineData("update audit_entries set target = null where seq = 4", 4)]
    [InlineData("update audit_entries set outcome = 'nonsense' where seq = 5", 5)]
    [InlineData("delete from audit_entries where seq = 1", 1)]
    [InlineData("delete from audit_entries where seq = 3", 3)]
    [InlineData("delete from audit_entries where seq >= 4", 4)]
    [InlineData("delete from audit_entries", 1)]
    [InlineData("update audit_head set seq = 3", 4)]
    public async Task Tampering_is_found_at_its_first_entry(string sql, long broken)
    {
        for (var number = 1; number <= 5; number++)
            await AppendAsync(_state.Database, _state.Audit, $"job-{number}");
        Assert.Null(await _state.Audit.VerifyAsync(CancellationToken.None));

        await _state.ExecuteAsync(sql);

        Assert.Equal(broken, await _state.Audit.VerifyAsync(CancellationToken.None));
    }

    [Fact]
    public async Task What_a_user_typed_cannot_break_the_record()
    {
        await AppendAsync(_state.Database, _state.Audit, "nul \0, half a pair \ud800, Größe ✓, '; drop table jobs; --");

        var record = Assert.Single(await _state.Audit.ListAsync(before: null, limit: 10, CancellationToken.None));
        Assert.Equal("nul \uFFFD, half a pair \uFFFD, Größe ✓, '; drop table jobs; --", record.Entry.Target);
        Assert.Null(await _state.Audit.VerifyAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_chain_longer_than_a_page_is_verified()
    {
        await _state.Database.InTransactionAsync(
            async (transaction, token) =>
            {
                for (var number = 1; number <= 2000; number++)
                    await _state.Audit.AppendAsync(transaction, Entry($"job-{number}"), token);
            },
            CancellationToken.None);
        Assert.Null(await _state.Audit.VerifyAsync(CancellationToken.None));

        await _state.ExecuteAsync("update audit_entries set detail = '{}' where seq = 1999");

        Assert.Equal(1999, await _state.Audit.VerifyAsync(CancellationToken.None));
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _state.DisposeAsync();

    private Task AppendAsync(StateDatabase database, AuditLog audit, string target) => database.InTransactionAsync(
        (transaction, token) => audit.AppendAsync(transaction, Entry(target), token), CancellationToken.None);

    private AuditEntry Entry(string target) =>
        new(_state.Clock.GetUtcNow(), "mattermost:alice", Door.Chat, "backup.started", target, AuditOutcome.Started)
        {
            DetailJson = """{"label":"x"}""",
            Reference = "ref-1",
        };
}

public sealed class SqliteAuditLogTests() : AuditLogTests(StateDatabases.Sqlite());

public sealed class PostgresAuditLogTests() : AuditLogTests(StateDatabases.PostgreSql());
