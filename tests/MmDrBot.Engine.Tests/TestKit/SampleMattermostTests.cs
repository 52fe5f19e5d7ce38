using System.Text.Json;
using MmDrBot.TestKit.Files;
using MmDrBot.TestKit.Postgres;
using MmDrBot.TestKit.Samples;

namespace MmDrBot.Engine.Tests.TestKit;

public sealed class SampleMattermostTests
{
    [Fact]
    public async Task Rows_and_files_agree_even_after_growth()
    {
        await using var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        using var folder = new TempDirectory();
        await SampleMattermost.CreateAsync(new() { Posts = 200, Files = 30, TotalBytes = 500_000 }, database.Uri, folder);
        var sample = await SampleMattermost.OpenAsync(database.Uri, folder);

        await sample.GrowAsync(0.1);

        Assert.Equal((220, 33), (sample.State.Posts, sample.State.Files));
        Assert.Equal(220L, await database.ScalarAsync<long>("SELECT count(*) FROM posts"));
        Assert.Equal(33L, await database.ScalarAsync<long>(
            "SELECT count(*) FROM posts p JOIN fileinfo f ON f.postid = p.id AND position(f.id in p.fileids) > 0 AND f.channelid = p.channelid"));
        await AssertEveryRowHasItsFileAsync(database, sample);
    }

    [Fact]
    public async Task The_same_seed_makes_the_same_sample()
    {
        var server = await PostgresServer.SharedAsync();
        await using var first = await server.CreateDatabaseAsync();
        await using var second = await server.CreateDatabaseAsync();
        using var firstFolder = new TempDirectory();
        using var secondFolder = new TempDirectory();
        var one = await SampleMattermost.CreateAsync(new() { Seed = 3 }, first.Uri, firstFolder);
        var two = await SampleMattermost.CreateAsync(new() { Seed = 3 }, second.Uri, secondFolder);

        Assert.Equal(await PgDump.DumpAsync(one.DatabaseUri), await PgDump.DumpAsync(two.DatabaseUri));
        Assert.Empty(Comparable(one.DataDirectory).Except(Comparable(two.DataDirectory)));
    }

    [Fact]
    public async Task The_config_names_the_database_and_its_certificates()
    {
        await using var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        using var folder = new TempDirectory();
        var sample = await SampleMattermost.CreateAsync(new() { Posts = 10, Files = 1 }, database.Uri, folder);

        using var config = JsonDocument.Parse(await File.ReadAllTextAsync(sample.ConfigFile));

        Assert.StartsWith(database.Uri, config.RootElement.GetProperty("SqlSettings").GetProperty("DataSource").GetString(), StringComparison.Ordinal);
        var key = config.RootElement.GetProperty("SamlSettings").GetProperty("PrivateKeyFile").GetString()!;
        Assert.True(File.Exists(Path.Combine(sample.ConfigDirectory, key)));
        Assert.Equal(30L, await database.ScalarAsync<long>(""""SELECT count(*) FROM "odd ""name""".events""""));
    }

    private static async Task AssertEveryRowHasItsFileAsync(TestDatabase database, SampleMattermost sample)
    {
        var rows = await database.QueryAsync(
            "SELECT path, size FROM fileinfo UNION ALL SELECT thumbnailpath, -1 FROM fileinfo WHERE thumbnailpath <> '' UNION ALL SELECT previewpath, -1 FROM fileinfo WHERE previewpath <> ''");

        foreach (var row in rows)
        {
            var file = new FileInfo(Path.Combine(sample.DataDirectory, (string)row[0]!));
            Assert.True(file.Exists, file.FullName);
            Assert.True((long)row[1]! is -1 || file.Length == (long)row[1]!, file.FullName);
        }
    }

    // Folders keep the time of their making.
    private static IEnumerable<TreeEntry> Comparable(string folder) => TreeSnapshot.Of(folder).Entries.Values.Where(entry => entry.Type == "file");
}
