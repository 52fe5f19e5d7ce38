using MmDrBot.Engine.Backup;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Restore;
using MmDrBot.Engine.Tests.Support;
using MmDrBot.TestKit.Files;
using MmDrBot.TestKit.Postgres;

namespace MmDrBot.Engine.Tests.Restore;

public sealed class DatabaseTargetTests : IAsyncLifetime
{
    private PostgresServer _server = null!;
    private TestDatabase _source = null!;
    private TestRepository _repository = null!;
    private RestorePoint _point = null!;

    public async Task InitializeAsync()
    {
        _server = await PostgresServer.SharedAsync();
        _source = await _server.CreateDatabaseAsync();
        await _source.ExecuteAsync("CREATE EXTENSION pg_trgm; CREATE TABLE t AS SELECT i AS id, md5(i::text) AS v FROM generate_series(1, 50000) i; ALTER TABLE t ADD PRIMARY KEY (id); CREATE TABLE u (x int); SELECT lo_create(5)");
        _repository = await TestRepository.CreateAsync();
        _point = await _repository.BackUpAsync(_source);
    }

    public async Task DisposeAsync()
    {
        _repository.Dispose();
        await _source.DisposeAsync();
    }

    [Fact]
    public async Task A_database_that_is_not_empty_is_refused_and_left_alone()
    {
        foreach (var sql in new[] { "CREATE TABLE mine AS SELECT 1 x", "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'", "CREATE SCHEMA mine", "SELECT lo_create(1)", "CREATE TYPE e AS ENUM ('a')", "CREATE VIEW v AS SELECT 1 x" })
        {
            await using var target = await _server.CreateDatabaseAsync();
            await target.ExecuteAsync(sql);
            var before = await PgDump.DumpAsync(target.Uri);

            var refusal = await Assert.ThrowsAsync<EngineException>(() => _repository.RestoreAsync(_point, target));

            Assert.Equal(EngineFault.Conflict, refusal.Fault);
            Assert.Equal(before, await PgDump.DumpAsync(target.Uri));
        }
    }

    [Fact]
    public async Task Files_wait_for_the_rows_and_stay_away_where_those_do_not_come()
    {
        using var directory = new TempDirectory();
        new FileTree().File("a/b.bin", size: 300_000).Build(directory.File("data"));
        var point = await _repository.BackUpAsync(new BackupSources { Database = _source.Address(), FilesDirectory = directory.File("data") });
        await using var target = await _server.CreateDatabaseAsync();
        await target.ExecuteAsync($"ALTER DATABASE \"{target.Address().Database}\" SET default_transaction_read_only = on");

        var failure = await Assert.ThrowsAsync<EngineException>(() => _repository.RestoreAsync(point, new RestoreRequest { Database = target.Address(), FilesDirectory = directory.File("restored") }));

        Assert.Contains("read-only transaction", failure.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(directory.File("restored")), "Files were written for a database that could not be.");
    }

    [Fact]
    public async Task Overwrite_drops_everything_and_the_result_is_as_in_a_new_database()
    {
        await using var target = await _server.CreateDatabaseAsync();
        await target.ExecuteAsync("CREATE SCHEMA mine; CREATE EXTENSION hstore WITH SCHEMA mine; CREATE TABLE mine.t (h mine.hstore); CREATE TABLE t (other int); CREATE VIEW v AS SELECT * FROM t; SELECT lo_create(7); CREATE TYPE e AS ENUM ('a')");

        await _repository.RestoreAsync(_point, target, overwrite: true);

        Assert.Equal(await PgDump.DumpAsync(_source.Uri), await PgDump.DumpAsync(target.Uri));
    }

    [Fact]
    public async Task An_interrupted_restore_is_marked_and_can_be_run_again_without_overwrite()
    {
        await using var target = await _server.CreateDatabaseAsync();
        foreach (var pack in Directory.GetFiles(Path.Combine(_repository.Root, "packs"), "*", SearchOption.AllDirectories))
        {
            File.Move(pack, pack + ".away");
        }

        var failure = await Assert.ThrowsAsync<EngineException>(() => _repository.RestoreAsync(_point, target));
        Assert.Equal(EngineFault.Damaged, failure.Fault);
        await target.ExecuteAsync("CREATE TABLE half_restored (x int)");
        foreach (var pack in Directory.GetFiles(Path.Combine(_repository.Root, "packs"), "*.away", SearchOption.AllDirectories))
        {
            File.Move(pack, pack[..^5]);
        }

        await _repository.RestoreAsync(_point, target);

        Assert.Equal(await PgDump.DumpAsync(_source.Uri), await PgDump.DumpAsync(target.Uri));
        Assert.Equal(EngineFault.Conflict, (await Assert.ThrowsAsync<EngineException>(() => _repository.RestoreAsync(_point, target))).Fault);
    }

    [Fact]
    public async Task Search_indexes_can_be_left_for_later_and_are_built_beside_whoever_writes()
    {
        await using var source = await _server.CreateDatabaseAsync();
        await source.ExecuteAsync("""
            CREATE TABLE posts AS SELECT i AS id, 'word' || i AS message FROM generate_series(1, 2000) i;
            CREATE INDEX idx_posts_message_txt ON posts USING gin (to_tsvector('english', message)); CREATE INDEX idx_posts_id ON posts (id);
            CREATE INDEX idx_noted ON posts USING gin (to_tsvector('simple', message)); COMMENT ON INDEX idx_noted IS 'needs it';
            """);
        var point = await _repository.BackUpAsync(source);
        await using var target = await _server.CreateDatabaseAsync();
        var request = new RestoreRequest { Database = target.Address(), SearchLater = true };
        var runner = new RestoreRunner(_repository.Repository);

        await runner.RunAsync(point, request, null, CancellationToken.None);

        Assert.Equal(["idx_noted", "idx_posts_id"], await IndexesAsync(target));
        var refusal = await Assert.ThrowsAsync<EngineException>(() => _repository.RestoreAsync(point, target));
        Assert.Contains("restored but for its search indexes", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("--search-later", refusal.Hint, StringComparison.Ordinal);

        // As a killed build leaves it; and run again, nothing but the index is touched.
        await target.ExecuteAsync("CREATE INDEX idx_posts_message_txt ON posts (message); UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'idx_posts_message_txt'::regclass; INSERT INTO posts VALUES (2001, 'written meanwhile')");
        var again = await runner.RunAsync(point, request, null, CancellationToken.None);
        await runner.BuildSearchIndexesAsync(point, request, null, CancellationToken.None);

        Assert.Equal(0, again.Tables);
        await target.ExecuteAsync("DELETE FROM posts WHERE id = 2001");
        Assert.Equal(await PgDump.DumpAsync(source.Uri), await PgDump.DumpAsync(target.Uri));
        Assert.DoesNotContain("search-later", (await Assert.ThrowsAsync<EngineException>(() => runner.RunAsync(point, request, null, CancellationToken.None))).Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_search_index_that_cannot_be_built_is_named_and_all_else_stays()
    {
        await using var source = await _server.CreateDatabaseAsync();
        await source.ExecuteAsync("CREATE TABLE posts AS SELECT i AS id, 'word' || i AS message FROM generate_series(1, 200) i; CREATE INDEX idx_txt ON posts USING gin (to_tsvector('english', message))");
        var point = await _repository.BackUpAsync(source);
        await using var target = await _server.CreateDatabaseAsync();
        var request = new RestoreRequest { Database = target.Address(), SearchLater = true };
        var runner = new RestoreRunner(_repository.Repository);
        await runner.RunAsync(point, request, null, CancellationToken.None);
        await target.ExecuteAsync("ALTER TABLE posts RENAME TO elsewhere");

        var failure = await Assert.ThrowsAsync<EngineException>(() => runner.BuildSearchIndexesAsync(point, request, null, CancellationToken.None));

        Assert.Contains("idx_txt", failure.Message, StringComparison.Ordinal);
        Assert.Contains("--search-later", failure.Hint, StringComparison.Ordinal);
        await target.ExecuteAsync("ALTER TABLE elsewhere RENAME TO posts");
        await runner.BuildSearchIndexesAsync(point, request, null, CancellationToken.None);
        Assert.Equal(await PgDump.DumpAsync(source.Uri), await PgDump.DumpAsync(target.Uri));
    }

    private static async Task<IReadOnlyList<string>> IndexesAsync(TestDatabase database)
    {
        await using var source = Npgsql.NpgsqlDataSource.Create(PostgresUri.ToConnectionString(database.Uri));
        await using var command = source.CreateCommand("SELECT array_agg(indexname::text ORDER BY indexname) FROM pg_indexes WHERE schemaname = 'public'");
        return (string[])(await command.ExecuteScalarAsync())!;
    }

    [Fact]
    public async Task Rows_that_are_damaged_in_the_repository_end_the_restore_by_that_name()
    {
        var pack = Directory.GetFiles(Path.Combine(_repository.Root, "packs"), "*", SearchOption.AllDirectories).MaxBy(file => new FileInfo(file).Length)!;
        var original = await File.ReadAllBytesAsync(pack);
        for (var at = 60; at < original.Length; at += original.Length / 6)
        {
            var spoiled = (byte[])original.Clone();
            spoiled[at] ^= 1;
            await File.WriteAllBytesAsync(pack, spoiled);
            await using var target = await _server.CreateDatabaseAsync();

            var failure = await Record.ExceptionAsync(() => _repository.RestoreAsync(_point, target));

            Assert.Equal(EngineFault.Damaged, Assert.IsType<EngineException>(failure).Fault);
        }
    }

    [Fact]
    public async Task While_one_restore_writes_another_is_refused_and_changes_nothing()
    {
        await using var target = await _server.CreateDatabaseAsync();
        await using var claim = await new DatabaseTarget(target.Address()).ClaimAsync(CancellationToken.None);

        var refusal = await Assert.ThrowsAsync<EngineException>(() => _repository.RestoreAsync(_point, target, overwrite: true));

        Assert.Equal(EngineFault.Locked, refusal.Fault);
        Assert.Equal(0L, await target.ScalarAsync<long>("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"));
    }

    [Fact]
    public async Task Left_over_sessions_and_a_missing_schema_of_a_killed_restore_are_in_nobodys_way()
    {
        await using var target = await _server.CreateDatabaseAsync();
        await target.ExecuteAsync($"DROP SCHEMA public; CREATE SCHEMA half; CREATE TABLE half.t (x int); COMMENT ON DATABASE {target.Name} IS 'mmdr: restore in progress: 0'");
        await using var left = await Engine.Sources.Postgres.PostgresConnection.OpenAsync(target.Address(), CancellationToken.None);
        await using var transaction = await left.BeginTransactionAsync();
        await using (var command = new Npgsql.NpgsqlCommand("LOCK TABLE half.t", left, transaction))
        {
            await command.ExecuteNonQueryAsync();
        }

        await _repository.RestoreAsync(_point, target);

        Assert.Equal(await PgDump.DumpAsync(_source.Uri), await PgDump.DumpAsync(target.Uri));
    }

    [Fact]
    public async Task Another_encoding_is_refused()
    {
        var name = $"latin_{Guid.NewGuid():N}"[..20];
        await _server.ExecuteAsync($"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'");
        try
        {
            var refusal = await Assert.ThrowsAsync<EngineException>(() => _repository.RestoreAsync(_point, new RestoreRequest { Database = _source.Address().WithDatabase(name), Overwrite = true }));
            Assert.Contains("LATIN1", refusal.Message, StringComparison.Ordinal);
        }
        finally
        {
            await _server.DropDatabaseAsync(name);
        }
    }

    [Fact]
    public async Task A_missing_database_is_refused_without_create_and_made_with_it()
    {
        await using var target = await _server.CreateDatabaseAsync();
        await _server.DropDatabaseAsync(target.Name);

        Assert.Equal(EngineFault.Conflict, (await Assert.ThrowsAsync<EngineException>(() => _repository.RestoreAsync(_point, target))).Fault);
        await _repository.RestoreAsync(_point, target, create: true);

        Assert.Equal(await PgDump.DumpAsync(_source.Uri), await PgDump.DumpAsync(target.Uri));
    }

    [Fact]
    public async Task A_plan_says_what_would_go_and_touches_nothing()
    {
        await using var target = await _server.CreateDatabaseAsync();
        await target.ExecuteAsync("CREATE TABLE mine AS SELECT 1 x");
        using var directory = new TempDirectory();

        var plan = await new RestoreRunner(_repository.Repository).PlanAsync(_point, new RestoreRequest { Database = target.Address(), Overwrite = true, FilesDirectory = directory }, CancellationToken.None);

        Assert.NotNull(plan.Steps.Single(step => step.Component == "database").Drops);
        Assert.Contains(plan.Refusals, refusal => refusal.Contains("holds no files", StringComparison.Ordinal));
        Assert.Equal(1L, await target.ScalarAsync<long>("SELECT count(*) FROM mine"));
    }
}
