using Amazon.S3.Model;
using MmDrBot.Engine.Backup;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Sources.Postgres;
using MmDrBot.Engine.Tests.ObjectStores.S3;
using MmDrBot.Engine.Verification.Drilling;
using MmDrBot.Engine.Verification.Drilling.Boot;
using MmDrBot.TestKit.Files;
using MmDrBot.TestKit.Postgres;
using MmDrBot.TestKit.S3;
using MmDrBot.TestKit.Samples;
using MmDrBot.TestKit.Tools;

namespace MmDrBot.Engine.Tests.Verification;

/// <summary>Drills of restore points whose files come from a bucket of a real S3 server.</summary>
public sealed class BucketDrillTests : IAsyncLifetime
{
    private const string Prefix = "mm/prod";
    private readonly TempDirectory _directory = new();
    private readonly string _scratch = Path.Combine("/var/tmp", $"mmdr-bucket-{Guid.NewGuid():N}"[..20]);
    private TestDatabase _database = null!;
    private S3Server _server = null!;
    private TestBucket _bucket = null!;
    private TestRepository _repository = null!;
    private SampleMattermost _sample = null!;

    private PostgresAddress Address => PostgresAddress.Parse(_database.Uri + "?sslmode=disable");

    public async Task InitializeAsync()
    {
        _database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        _sample = await SampleMattermost.CreateAsync(new SampleOptions { Posts = 60, Files = 8, TotalBytes = 300_000 }, _database.Uri, _directory.Subdirectory("mattermost"));
        _server = await S3Server.SharedAsync();
        _bucket = await _server.CreateBucketAsync();
        foreach (var file in TreeSnapshot.Of(_sample.DataDirectory).Entries.Values.Where(entry => entry.Type == "file"))
        {
            await PutAsync(file.Path, await File.ReadAllBytesAsync(Path.Combine(_sample.DataDirectory, file.Path)));
        }

        _repository = await TestRepository.CreateAsync();
        Directory.CreateDirectory(_scratch);
    }

    public async Task DisposeAsync()
    {
        _repository.Dispose();
        await _bucket.DisposeAsync();
        await _database.DisposeAsync();
        _directory.Dispose();
        Directory.Delete(_scratch, recursive: true);
    }

    [Fact]
    public async Task Every_object_is_read_back_and_every_attachment_is_there_with_its_size_and_served()
    {
        var boot = new BootRequest { Command = $"python3 '{RepositoryRoot.File("tests/MmDrBot.TestKit/Mattermost/Server/server.py")}' ''", LogDirectory = _directory.File("logs"), Timeout = TimeSpan.FromSeconds(60) };

        var result = await DrillAsync(await BackUpAsync(), boot: boot);

        Assert.Empty(result.Damage);
        Assert.Empty(result.BootFaults);
        Assert.Matches("^[1-9][0-9]* files and directories are as stored", Passed(result, "files"));
        var count = (await AttachmentsAsync()).Count;
        Assert.Equal($"{count} of {count} that the database names are there.", Passed(result, "attachments"));
        Assert.Contains("gave its", Passed(result, "boot: file"), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_scratch));
    }

    [Theory]
    [InlineData("gone", "files", "is missing")]
    [InlineData("gone", "attachments", "is missing")]
    [InlineData("cut", "files", "bytes where the list says")]
    [InlineData("cut", "attachments", "bytes where the database says")]
    [InlineData("other", "files", "has other bytes than those that are stored")]
    public async Task What_comes_back_otherwise_fails_the_drill(string damage, string check, string words)
    {
        var (path, _) = (await AttachmentsAsync())[0];

        var result = await DrillAsync(await BackUpAsync(), work => Damage(Path.Combine(work.Scratch.Files, path), damage));

        Assert.Contains($"{path} ", result.Damage.Single(line => line.StartsWith($"{check}:", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains(words, result.Damage.Single(line => line.StartsWith($"{check}:", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_bucket_lacked_or_had_in_another_size_when_it_was_backed_up_is_told_and_not_held_against_it()
    {
        var attachments = await AttachmentsAsync();
        await _bucket.Client.DeleteObjectAsync(_bucket.Name, $"{Prefix}/{attachments[0].Path}");
        await PutAsync(attachments[1].Path, new byte[attachments[1].Size + 7]);
        await PutAsync("20260101/up/../../away", [1]);
        var point = await BackUpAsync();
        Assert.Equal(attachments[0].Path, Assert.Single(point.Files!.Missing));
        Assert.Equal(1, point.Files.OtherSizes);

        var result = await DrillAsync(point);

        Assert.Empty(result.Damage);
        Assert.Contains("1 keys of the bucket can't be files", Passed(result, "files"), StringComparison.Ordinal);
        Assert.Equal($"{attachments.Count - 1} of {attachments.Count} that the database names are there; the other 1 the server lacked already; 1 have another size than the database says, as on the server.", Passed(result, "attachments"));
    }

    [Fact]
    public async Task A_bucket_that_is_only_listed_is_not_proven()
    {
        var point = await _repository.BackUpAsync(Sources() with { FilesMode = FileStoreMode.Inventory });

        var result = await DrillAsync(point);

        Assert.Empty(result.Damage);
        Assert.Contains(result.NotProven, line => line.StartsWith("files: ", StringComparison.Ordinal) && line.Contains("inventory", StringComparison.Ordinal));
    }

    private static Task Damage(string file, string how)
    {
        if (how == "gone")
        {
            File.Delete(file);
            return Task.CompletedTask;
        }

        using var content = new FileStream(file, FileMode.Open);
        content.SetLength(content.Length - (how == "cut" ? 1 : 0));
        var first = content.ReadByte();
        content.Position = 0;
        content.WriteByte((byte)(first ^ 1));
        return Task.CompletedTask;
    }

    private static string Passed(DrillResult result, string check) => Assert.Single(result.Checks, item => item.Name == check && item.Outcome is CheckOutcome.Passed).Detail;

    private BackupSources Sources() => TestRepository.SourcesOf(_sample) with { FilesDirectory = null, FilesBucket = S3Addresses.Of(_server, _bucket.Name) with { Prefix = Prefix } };

    private Task<RestorePoint> BackUpAsync() => _repository.BackUpAsync(Sources());

    private Task<DrillResult> DrillAsync(RestorePoint point, Func<DrillWork, Task>? damage = null, BootRequest? boot = null) =>
        new Drill(_repository.Repository, TimeProvider.System) { AfterRestore = damage }.RunAsync(point, new DrillRequest { Server = Address, Directory = _scratch, Boot = boot }, null, CancellationToken.None);

    private Task PutAsync(string key, byte[] content) =>
        _bucket.Client.PutObjectAsync(new PutObjectRequest { BucketName = _bucket.Name, Key = $"{Prefix}/{key}", InputStream = new MemoryStream(content), UseChunkEncoding = false });

    private async Task<IReadOnlyList<(string Path, long Size)>> AttachmentsAsync()
    {
        await using var connection = await PostgresConnection.OpenAsync(Address, CancellationToken.None);
        return await connection.QueryAsync("SELECT path, size FROM public.fileinfo WHERE deleteat = 0 AND path <> '' ORDER BY size DESC, path", row => (row.GetString(0), row.GetInt64(1)), CancellationToken.None);
    }
}
