using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Restore;
using MmDrBot.Engine.Sources.Postgres;
using MmDrBot.TestKit.Files;
using MmDrBot.TestKit.Postgres;
using MmDrBot.TestKit.Samples;
using MmDrBot.TestKit.Tools;

namespace MmDrBot.Engine.Tests.Backup;

public sealed class RoundTripTests
{
    [Fact]
    public async Task A_whole_Mattermost_comes_back_equal()
    {
        var server = await PostgresServer.SharedAsync();
        await using var database = await server.CreateDatabaseAsync();
        using var directory = new TempDirectory();
        var sample = await SampleMattermost.CreateAsync(new SampleOptions(), database.Uri, directory);
        using var repository = await TestRepository.CreateAsync();

        var point = await repository.BackUpAsync(TestRepository.SourcesOf(sample));

        Assert.Equal(RestorePointState.Complete, point.State);
        await using var target = await server.CreateDatabaseAsync();
        await server.DropDatabaseAsync(target.Name);
        var address = PostgresAddress.Parse(target.Uri) with { SslMode = "disable" };
        var result = await repository.RestoreAsync(point, new RestoreRequest { Database = address, CreateDatabase = true, FilesDirectory = directory.File("new/data"), ConfigDirectory = directory.File("new/config") });

        Assert.Equal(point.Database!.Tables.Sum(table => table.Rows), result.Rows);
        Assert.Equal(await PgDump.DumpAsync(database.Uri), await PgDump.DumpAsync(target.Uri));
        Assert.Empty(TreeSnapshot.Of(sample.DataDirectory).DifferencesTo(TreeSnapshot.Of(directory.File("new/data"))));
        Assert.Empty(TreeSnapshot.Of(sample.ConfigDirectory).DifferencesTo(TreeSnapshot.Of(directory.File("new/config"))));
        Assert.Empty((await repository.CheckAsync()).Damage);
        Assert.Empty((await repository.VerifyAsync(point)).Damage);
    }

    [Fact]
    public async Task Files_come_back_with_bytes_modes_times_links_and_odd_names()
    {
        using var directory = new TempDirectory();
        FileTree.Typical().File("huge.bin", size: 9_000_000).Build(directory.File("data"));
        using var repository = await TestRepository.CreateAsync();

        var point = await repository.BackUpFilesAsync(directory.File("data"));
        await repository.RestoreAsync(point, new RestoreRequest { FilesDirectory = directory.File("a/b/restored") });

        Assert.Empty(TreeSnapshot.Of(directory.File("data")).DifferencesTo(TreeSnapshot.Of(directory.File("a/b/restored"))));
    }

    [Fact]
    public async Task A_link_to_bytes_that_are_not_UTF8_comes_back_and_a_file_of_such_a_name_is_named()
    {
        using var directory = new TempDirectory();
        new FileTree().File("good.txt", "good").File("\uFFFD.txt", "its name is the replacement character").Build(directory.File("data"));
        await Tool.RunAsync("bash", ["-c", "cd \"$0\" && ln -s $'tar\\xff\\xc3get' link && echo x > $'\\xff.txt'", directory.File("data")]);
        using var repository = await TestRepository.CreateAsync();

        var point = await repository.BackUpFilesAsync(directory.File("data"));
        await repository.RestoreAsync(point, new RestoreRequest { FilesDirectory = directory.File("restored") });
        await Tool.RunAsync("rm", ["-r", directory.File("data")]);

        Assert.Equal(RestorePointState.Partial, point.State);
        Assert.Contains("not UTF-8", Assert.Single(point.Files!.Unreadable), StringComparison.Ordinal);
        Assert.Equal(["good.txt", "link", "\uFFFD.txt"], Directory.GetFileSystemEntries(directory.File("restored")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal("746172ffc3676574", (await Tool.RunAsync("bash", ["-c", "readlink -n \"$0/link\" | od -An -tx1 | tr -d ' \\n'", directory.File("restored")])).Trim());
    }

    [Fact]
    public async Task A_second_backup_of_unchanged_files_stores_nothing_new_of_them()
    {
        using var directory = new TempDirectory();
        FileTree.Typical().File("huge.bin", size: 9_000_000).Build(directory.File("data"));
        using var repository = await TestRepository.CreateAsync();
        await repository.BackUpFilesAsync(directory.File("data"));

        File.WriteAllText(directory.File("data/new.txt"), "one more");
        var second = await repository.BackUpFilesAsync(directory.File("data"));

        Assert.InRange(second.NewBytes, 1, 64_000);
        await repository.RestoreAsync(second, new RestoreRequest { FilesDirectory = directory.File("restored") });
        Assert.Empty(TreeSnapshot.Of(directory.File("data")).DifferencesTo(TreeSnapshot.Of(directory.File("restored"))));
    }
}
