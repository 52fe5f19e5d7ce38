using MmDrBot.Engine.Tests.Support;
using MmDrBot.TestKit.Postgres;
using Npgsql;

namespace MmDrBot.Engine.Tests.Sources.Postgres;

public sealed class BusyDatabaseTests
{
    private const string Schema = """
        CREATE TABLE a (id bigserial PRIMARY KEY, v text NOT NULL, n int NOT NULL DEFAULT 0);
        CREATE TABLE b (id int PRIMARY KEY, v text);
        CREATE TABLE big (id int PRIMARY KEY, v text);
        CREATE TABLE truncated (id int);
        CREATE TABLE rewritten (id int, v text);
        INSERT INTO a (v) SELECT md5(i::text) FROM generate_series(1, 5000) i;
        INSERT INTO b SELECT i, md5(i::text) FROM generate_series(1, 5000) i;
        INSERT INTO big SELECT i, repeat(md5(i::text), 40) FROM generate_series(1, 20000) i;
        INSERT INTO truncated SELECT generate_series(1, 10000);
        INSERT INTO rewritten SELECT i, 'v' || i FROM generate_series(1, 10000) i;
        """;

    [Fact]
    public async Task A_backup_amid_writers_a_truncate_and_a_rewrite_is_the_snapshot_to_the_byte()
    {
        var server = await PostgresServer.SharedAsync();
        await using var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsync(Schema);
        using var repository = await TestRepository.CreateAsync();
        using var stop = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 2).Select(i => Task.Run(() => WriteAsync(database, i, stop.Token))).ToArray();
        using var over = new CancellationTokenSource();
        var (expected, exclusive) = ("", Task.CompletedTask);

        var point = await repository.BackUpAsync(database, new OnPhase("database and files", async () =>
        {
            expected = await HeldSnapshot.DumpAsync(database);
            exclusive = TakeExclusivelyAsync(database, over.Token);
        }));

        await over.CancelAsync();
        await stop.CancelAsync();
        await Task.WhenAll([.. writers, exclusive]);
        await using var target = await server.CreateDatabaseAsync();
        await repository.RestoreAsync(point, target);
        Assert.Equal(WithoutPositions(expected), WithoutPositions(await PgDump.DumpAsync(target.Uri)));
        Assert.Equal(0L, await database.ScalarAsync<long>("SELECT count(*) FROM truncated"));
    }

    [Fact]
    public async Task Who_wants_a_table_alone_before_pg_dump_has_its_locks_gets_it_and_the_backup_begins_anew()
    {
        var server = await PostgresServer.SharedAsync();
        await using var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsync(Schema);
        using var repository = await TestRepository.CreateAsync();
        var truncating = Task.CompletedTask;

        var point = await repository.BackUpAsync(database, new OnPhase("database and files", async () =>
        {
            truncating = database.ExecuteAsync("TRUNCATE truncated");
            while (await database.ScalarAsync<long>("SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock' AND relation = 'truncated'::regclass") == 0)
            {
                await Task.Yield();
            }
        }));

        await truncating;
        Assert.Equal(0, point.Database!.Tables.Single(table => table.Name == "truncated").Rows);
        Assert.Equal(10_000, point.Database!.Tables.Single(table => table.Name == "rewritten").Rows);
    }

    [Fact]
    public async Task Tables_that_come_and_go_meanwhile_do_no_harm()
    {
        var server = await PostgresServer.SharedAsync();
        await using var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsync(Schema);
        using var repository = await TestRepository.CreateAsync();
        var migrating = Task.Run(async () =>
        {
            for (var i = 0; i < 12; i++)
            {
                await database.ExecuteAsync($"CREATE TABLE t{i} AS SELECT generate_series(1, 100) x; DROP TABLE IF EXISTS t{Math.Max(i - 3, 0)}");
            }
        });

        for (var i = 0; i < 3; i++)
        {
            var point = await repository.BackUpAsync(database);
            Assert.Equal(10_000, point.Database!.Tables.Single(table => table.Name == "truncated").Rows);
        }

        await migrating;
    }

    [Fact]
    public async Task A_table_that_is_locked_for_long_is_waited_for_and_told_of()
    {
        var server = await PostgresServer.SharedAsync();
        await using var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsync("CREATE TABLE t AS SELECT generate_series(1, 10) x");
        await using var holder = await database.OpenAsync();
        await using (var command = new NpgsqlCommand("BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE", holder))
        {
            await command.ExecuteNonQueryAsync();
        }

        var (time, notes) = (new FastTime(), new List<string>());
        await using var snapshot = await Engine.Sources.Postgres.Snapshot.TakeAsync(database.Address(), time, note =>
        {
            notes.Add(note);
            holder.Dispose();
        }, wanted: null, CancellationToken.None);

        Assert.Contains("is locked or wanted by somebody else", Assert.Single(notes), StringComparison.Ordinal);
        Assert.Single(snapshot.Tables);
        Assert.Single(time.Waits);
    }

    [Fact]
    public async Task A_server_that_cuts_the_connections_ends_the_backup_with_a_refusal_and_no_restore_point()
    {
        var server = await PostgresServer.SharedAsync();
        await using var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsync(Schema);
        using var repository = await TestRepository.CreateAsync();

        var failure = await Record.ExceptionAsync(() => repository.BackUpAsync(database, new OnPhase("database and files", () =>
            server.ExecuteAsync($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database.Name}'"))));

        Assert.Equal(EngineFault.Unavailable, Assert.IsType<EngineException>(failure).Fault);
        Assert.Empty(await repository.Repository.RestorePointsAsync(CancellationToken.None));
    }

    private static async Task WriteAsync(TestDatabase database, int writer, CancellationToken stop)
    {
        await using var connection = await database.OpenAsync(CancellationToken.None);
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            await using var command = new NpgsqlCommand($"""
                BEGIN; INSERT INTO a (v) VALUES ('{writer} {i}'); UPDATE a SET n = n + 1 WHERE id = {(i % 5000) + 1};
                DELETE FROM b WHERE id = {(i * 3) + writer}; UPDATE b SET v = v || 'x' WHERE id = {5000 - (i % 100)}; COMMIT
                """, connection);
            await command.ExecuteNonQueryAsync(CancellationToken.None);
        }
    }

    /// <summary>As soon as both runs of pg_dump were seen with their locks, or the backup was over too soon for that.</summary>
    private static async Task TakeExclusivelyAsync(TestDatabase database, CancellationToken over)
    {
        const string Holders = """
            SELECT DISTINCT l.pid FROM pg_locks l JOIN pg_stat_activity a USING (pid)
            WHERE a.application_name = 'mmdr pg_dump' AND l.granted AND l.relation = 'rewritten'::regclass
            """;
        var seen = new HashSet<object?>();
        while (seen.Count < 2 && !over.IsCancellationRequested)
        {
            seen.UnionWith((await database.QueryAsync(Holders, CancellationToken.None)).Select(row => row[0]));
        }

        await Task.WhenAll(new[] { "TRUNCATE truncated", "ALTER TABLE rewritten ALTER COLUMN id TYPE bigint", "VACUUM FULL big" }.Select(sql => database.ExecuteAsync(sql, CancellationToken.None)));
    }

    /// <summary>Positions of sequences belong to no snapshot: they are newer than the rows, never older.</summary>
    private static string WithoutPositions(string dump) => string.Join('\n', dump.Split('\n').Where(line => !line.Contains("pg_catalog.setval", StringComparison.Ordinal)));
}
