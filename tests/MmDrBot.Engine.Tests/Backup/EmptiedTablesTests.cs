using MmDrBot.Engine.Backup;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Sources.Postgres;
using MmDrBot.TestKit.Postgres;

namespace MmDrBot.Engine.Tests.Backup;

public sealed class EmptiedTablesTests
{
    [Fact]
    public async Task A_table_that_lost_all_its_rows_or_went_is_told_once_with_the_restore_point_that_has_them()
    {
        await using var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        await database.ExecuteAsync("CREATE TABLE posts AS SELECT generate_series(1, 1200) AS id; CREATE TABLE teams AS SELECT 1 AS id; CREATE TABLE drafts (id int); CREATE TABLE jobs AS SELECT 1 AS id", CancellationToken.None);
        using var repository = await TestRepository.CreateAsync();
        var sources = new BackupSources { Database = PostgresAddress.Parse(database.Uri) with { SslMode = "disable" } };
        var full = await repository.BackUpAsync(sources);
        Assert.Empty(full.Warnings);

        await database.ExecuteAsync("TRUNCATE posts; DROP TABLE teams", CancellationToken.None);
        var emptied = await repository.BackUpAsync(sources);

        var warning = Assert.Single(emptied.Warnings);
        Assert.Contains("public.posts (1,200), public.teams (1).", warning, StringComparison.Ordinal);
        Assert.Contains(full.Id.ToString()[..12], warning, StringComparison.Ordinal);
        Assert.Equal(RestorePointState.Complete, emptied.State);
        Assert.Empty((await repository.BackUpAsync(sources)).Warnings);
    }
}
