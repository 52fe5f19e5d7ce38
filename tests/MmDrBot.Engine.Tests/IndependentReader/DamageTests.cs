using MmDrBot.Engine.Backup;
using MmDrBot.Engine.Sources.Postgres;
using MmDrBot.TestKit.Files;
using MmDrBot.TestKit.Postgres;

namespace MmDrBot.Engine.Tests.IndependentReader;

public sealed class DamageTests
{
    [Fact]
    public async Task A_lost_descriptor_is_made_up_for_by_a_key_slot()
    {
        using var directory = new TempDirectory();
        using var repository = await ReaderWorld.BackedUpAsync(directory);
        File.Delete(Path.Combine(repository.Root, "repository.json"));

        var error = await new Reader(repository, directory).RunAsync(3, "restore", "latest", "--output", directory.File("restored"));

        Assert.Contains("repository.json is missing", error, StringComparison.Ordinal);
        Assert.Empty(TreeSnapshot.Of(directory.File("data")).DifferencesTo(TreeSnapshot.Of(directory.File("restored/files"))));
    }

    [Fact]
    public async Task A_newer_format_is_refused()
    {
        using var directory = new TempDirectory();
        using var repository = await ReaderWorld.BackedUpAsync(directory);
        var descriptor = Path.Combine(repository.Root, "repository.json");
        await File.WriteAllTextAsync(descriptor, (await File.ReadAllTextAsync(descriptor)).Replace("\"version\":1", "\"version\":2", StringComparison.Ordinal));

        var error = await new Reader(repository, directory).RunAsync(1, "list");

        Assert.Contains("format version 2", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_flipped_bit_is_found_and_the_object_named()
    {
        using var directory = new TempDirectory();
        using var repository = await ReaderWorld.BackedUpAsync(directory);
        var reader = new Reader(repository, directory);

        foreach (var path in new[] { "packs", "indexes", "manifests" }.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(repository.Root, folder), "*", SearchOption.AllDirectories)))
        {
            var intact = await File.ReadAllBytesAsync(path);
            var broken = intact.ToArray();
            broken[broken.Length / 2] ^= 1;
            await ReaderWorld.WriteAsync(path, broken);

            var error = await reader.RunAsync(3, "check");

            Assert.Contains(Path.GetRelativePath(repository.Root, path), error, StringComparison.Ordinal);
            await ReaderWorld.WriteAsync(path, intact);
        }
    }

    [Fact]
    public async Task Of_a_damaged_repository_all_other_files_come_back()
    {
        using var directory = new TempDirectory();
        using var repository = await ReaderWorld.BackedUpAsync(directory);
        var largest = await ReaderWorld.BreakLargestPackAsync(repository);

        var error = await new Reader(repository, directory).RunAsync(3, "restore", "latest", "--output", directory.File("restored"));

        Assert.Contains($".bin: {largest}: blob ", error, StringComparison.Ordinal);
        var lost = TreeSnapshot.Of(directory.File("data")).DifferencesTo(TreeSnapshot.Of(directory.File("restored/files")));
        Assert.StartsWith("missing: ", Assert.Single(lost), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_damaged_table_no_part_is_committed()
    {
        var server = await PostgresServer.SharedAsync();
        await using var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsync("CREATE TABLE t AS SELECT n, md5(n::text) || md5((-n)::text) AS text FROM generate_series(1, 200000) n");
        using var directory = new TempDirectory();
        using var repository = await TestRepository.CreateAsync();
        await repository.BackUpAsync(new BackupSources { Database = PostgresAddress.Parse(database.Uri + "?sslmode=disable") });
        var largest = await ReaderWorld.BreakLargestPackAsync(repository);
        await using var target = await server.CreateDatabaseAsync();

        var error = await new Reader(repository, directory).RunAsync(3, "restore-database", "latest", "--database", target.Uri);

        Assert.Contains(largest, error, StringComparison.Ordinal);
        Assert.Equal(0L, await target.ScalarAsync<long>("SELECT count(*) FROM t"));
    }

    [Fact]
    public async Task Lost_indexes_cost_nothing_but_time()
    {
        using var directory = new TempDirectory();
        using var repository = await ReaderWorld.BackedUpAsync(directory);
        Directory.Delete(Path.Combine(repository.Root, "indexes"), recursive: true);

        await new Reader(repository, directory).RunAsync(0, "restore", "latest", "--output", directory.File("restored"));

        Assert.Empty(TreeSnapshot.Of(directory.File("data")).DifferencesTo(TreeSnapshot.Of(directory.File("restored/files"))));
    }
}
