using MmDrBot.TestKit.Postgres;
using Npgsql;

namespace MmDrBot.Engine.Tests.TestKit;

public sealed class PostgresServerTests
{
    [Fact]
    public async Task A_database_keeps_rows_and_is_gone_after_disposal()
    {
        var server = await PostgresServer.SharedAsync();
        string connectionString;

        await using (var database = await server.CreateDatabaseAsync())
        {
            connectionString = database.ConnectionString;
            await database.ExecuteAsync("CREATE TABLE t (a int, b text); INSERT INTO t VALUES (1, 'x'), (2, NULL)");

            Assert.Equal([[1, "x"], [2, null]], await database.QueryAsync("SELECT a, b FROM t ORDER BY a"));
            Assert.Equal(2L, await database.ScalarAsync<long>("SELECT count(*) FROM t"));

            // Left open on purpose: the drop has to throw it out.
            _ = await database.OpenAsync();
        }

        await using var connection = new NpgsqlConnection(connectionString);
        var error = await Assert.ThrowsAsync<PostgresException>(() => connection.OpenAsync());
        Assert.Equal(PostgresErrorCodes.InvalidCatalogName, error.SqlState);
    }

    [Fact]
    public async Task A_template_is_copied_and_dumps_equal()
    {
        var server = await PostgresServer.SharedAsync();
        await using var original = await server.CreateDatabaseAsync();
        await original.ExecuteAsync("CREATE TABLE t AS SELECT generate_series(1, 100) AS n");
        await using var copy = await server.CreateDatabaseAsync(original.Name);

        var dump = await PgDump.DumpAsync(original.Uri);

        Assert.Equal(dump, await PgDump.DumpAsync(copy.Uri));
        Assert.Contains("CREATE TABLE public.t", dump, StringComparison.Ordinal);
        Assert.DoesNotContain("CREATE TABLE public.t", await PgDump.DumpAsync(original.Uri, ["--data-only"]), StringComparison.Ordinal);
    }
}
