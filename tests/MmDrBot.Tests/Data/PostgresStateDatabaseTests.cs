using System.Net;
using System.Net.Sockets;
using MmDrBot.Access;
using MmDrBot.Data;

namespace MmDrBot.Tests.Data;

public sealed class PostgresStateDatabaseTests() : StateDatabaseTests(StateDatabases.PostgreSql())
{
    [Fact]
    public async Task Its_tables_keep_out_of_the_way_of_Mattermosts()
    {
        var schema = await State.Database.ReadAsync(
            (transaction, token) => transaction.FirstOrDefaultAsync<string>(
                "select table_schema from information_schema.tables where table_name = 'jobs'", values: null, token),
            CancellationToken.None);

        Assert.Equal("mmdr", schema);
    }

    [Fact]
    public async Task A_deadlock_is_tried_again()
    {
        await State.ExecuteAsync("create table pair (id bigint primary key, n bigint not null)");
        await State.ExecuteAsync("insert into pair values (1, 0), (2, 0)");
        using var both = new Barrier(2);

        await Task.WhenAll(Task.Run(() => BumpAsync(1, 2, both)), Task.Run(() => BumpAsync(2, 1, both)));

        Assert.Equal(4, await State.Database.ReadAsync(
            (transaction, token) => transaction.FirstOrDefaultAsync<long>("select sum(n)::bigint from pair", values: null, token),
            CancellationToken.None));
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_refused_as_unavailable()
    {
        await using var database = new StateDatabase("postgres://nobody@127.0.0.1:1/none", State.Clock);

        var refusal = await Assert.ThrowsAsync<Refusal>(() => database.MigrateAsync(CancellationToken.None));

        Assert.Equal(RefusalReason.Unavailable, refusal.Reason);
    }

    [Fact]
    public async Task A_server_that_takes_the_call_and_never_answers_is_refused_as_unavailable()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var database = new StateDatabase($"Host=127.0.0.1;Port={((IPEndPoint)silent.LocalEndpoint).Port};Username=nobody;Timeout=1", State.Clock);

        var refusal = await Assert.ThrowsAsync<Refusal>(() => database.MigrateAsync(CancellationToken.None));

        Assert.Equal(RefusalReason.Unavailable, refusal.Reason);
    }

    private Task BumpAsync(int first, int second, Barrier both)
    {
        var attempt = 0;

        return State.Database.InTransactionAsync(
            async (transaction, token) =>
            {
                await transaction.ExecuteAsync("update pair set n = n + 1 where id = @first", new { first }, token);
                if (attempt++ == 0)
                    both.SignalAndWait(TimeSpan.FromSeconds(10), token);
                await transaction.ExecuteAsync("update pair set n = n + 1 where id = @second", new { second }, token);
            },
            CancellationToken.None);
    }
}
