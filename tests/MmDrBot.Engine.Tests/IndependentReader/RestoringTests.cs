using System.Text.Json;
using MmDrBot.Engine.Backup;
using MmDrBot.Engine.Maintenance;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Sources.Postgres;
using MmDrBot.TestKit.Files;
using MmDrBot.TestKit.Postgres;
using MmDrBot.TestKit.Samples;
using MmDrBot.TestKit.Tools;

namespace MmDrBot.Engine.Tests.IndependentReader;

public sealed class RestoringTests
{
    [Fact]
    public async Task A_whole_Mattermost_comes_back_equal_from_each_of_two_restore_points()
    {
        var server = await PostgresServer.SharedAsync();
        await using var database = await server.CreateDatabaseAsync();
        using var directory = new TempDirectory();
        using var repository = await TestRepository.CreateAsync();
        var sample = await SampleMattermost.CreateAsync(new SampleOptions(), database.Uri, directory);
        FileTree.Typical().File("huge.bin", size: 9_500_000).Build(sample.DataDirectory);
        await database.ExecuteAsync("SELECT lo_from_bytea(4711, convert_to(repeat('large object', 900000), 'UTF8')), lo_create(4712)");
        var reader = new Reader(repository, directory);

        var first = await repository.BackUpAsync(TestRepository.SourcesOf(sample));
        var before = await SampleContent.OfAsync(sample);
        await sample.GrowAsync(0.1);
        var second = await repository.BackUpAsync(TestRepository.SourcesOf(sample));
        var after = await SampleContent.OfAsync(sample);

        Assert.InRange(second.NewBytes, 1, first.NewBytes / 3);
        Assert.Equal([first.Id.ToString(), second.Id.ToString()], await reader.IdsAsync());
        await AssertRestoresAsync(first.Id.ToString(), before);
        await AssertRestoresAsync("latest", after);
        await reader.RunAsync(0, "check");

        async Task AssertRestoresAsync(string point, SampleContent expected)
        {
            var output = directory.File("restored " + point);
            await using var target = await server.CreateDatabaseAsync();
            await reader.RunAsync(0, "restore", point, "--output", output);
            await reader.RunAsync(0, "restore-database", point, "--database", target.Uri);

            Assert.Empty(expected.Files.DifferencesTo(TreeSnapshot.Of(Path.Combine(output, "files"))));
            Assert.Empty(expected.Config.DifferencesTo(TreeSnapshot.Of(Path.Combine(output, "config"))));
            Assert.Equal(expected.Database, await PgDump.DumpAsync(target.Uri));
            Assert.Equal(expected.Settings, await SampleContent.SettingsOfAsync(target.Uri));
        }
    }

    [Fact]
    public async Task The_database_as_files_holds_every_row()
    {
        var server = await PostgresServer.SharedAsync();
        await using var database = await server.CreateDatabaseAsync();
        using var directory = new TempDirectory();
        using var repository = await TestRepository.CreateAsync();
        var sample = await SampleMattermost.CreateAsync(new SampleOptions(), database.Uri, directory);
        await database.ExecuteAsync("SELECT lo_from_bytea(4711, 'content')");
        await repository.BackUpAsync(TestRepository.SourcesOf(sample));

        await new Reader(repository, directory).RunAsync(0, "restore", "latest", "--output", directory.File("restored"));

        var folder = directory.File("restored/database");
        using var tables = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "tables.json")));
        Assert.All(tables.RootElement.EnumerateArray(), table =>
            Assert.Equal(table.GetProperty("rows").GetInt64(), File.ReadLines(Path.Combine(folder, table.GetProperty("file").GetString()!)).LongCount()));
        Assert.Contains("public.posts.copy", Directory.EnumerateFiles(folder).Select(Path.GetFileName));
        Assert.Equal("content", await File.ReadAllTextAsync(Path.Combine(folder, "large-objects/4711")));
        Assert.Contains("-- PostgreSQL database dump", await Tool.RunAsync("pg_restore", ["--file=-", Path.Combine(folder, "pre-data.dump")]), StringComparison.Ordinal);
        Assert.Contains("setval('\"odd \"\"name\"\"\".\"ticket_numbers\"', 1063, true)", await File.ReadAllTextAsync(Path.Combine(folder, "sequences.sql")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pruned_repository_restores_and_checks()
    {
        using var directory = new TempDirectory();
        using var repository = await TestRepository.CreateAsync();
        var forgotten = await ReaderWorld.BackUpAsync(repository, directory);
        File.Delete(directory.File("data/huge.bin"));
        await repository.BackUpFilesAsync(directory.File("data"));
        await ForgetRestorePoint.RunAsync(repository.Repository, forgotten.Id, "test", TimeProvider.System, CancellationToken.None);
        var reader = new Reader(repository, directory);

        for (var run = 0; run < 2; run++)
        {
            await new Pruner(repository.Repository, TimeProvider.System).RunAsync(new PruneRequest { MinimumAge = TimeSpan.Zero }, CancellationToken.None);
            await reader.RunAsync(0, "check");
        }

        await reader.RunAsync(0, "restore", "latest", "--output", directory.File("restored"));
        Assert.Empty(TreeSnapshot.Of(directory.File("data")).DifferencesTo(TreeSnapshot.Of(directory.File("restored/files"))));
    }

    [Fact]
    public async Task A_database_that_is_not_empty_is_refused()
    {
        var server = await PostgresServer.SharedAsync();
        await using var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsync("CREATE TABLE t ()");
        using var directory = new TempDirectory();
        using var repository = await TestRepository.CreateAsync();
        await repository.BackUpAsync(new BackupSources { Database = PostgresAddress.Parse(database.Uri + "?sslmode=disable") });

        var error = await new Reader(repository, directory).RunAsync(1, "restore-database", "latest", "--database", database.Uri);

        Assert.Contains("not empty", error, StringComparison.Ordinal);
    }
}
