using System.Text;
using Amazon.S3.Model;
using MmDrBot.Engine.Backup;
using MmDrBot.Engine.ObjectStores.S3;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Restore;
using MmDrBot.Engine.Sources.Files;
using MmDrBot.Engine.Tests.ObjectStores.S3;
using MmDrBot.TestKit.Files;
using MmDrBot.TestKit.S3;
using RestoreRequest = MmDrBot.Engine.Restore.RestoreRequest;

namespace MmDrBot.Engine.Tests.Sources.Files;

/// <summary>Mattermost's file store in a bucket of a real S3 server.</summary>
public sealed class BucketBackupTests : IAsyncLifetime
{
    private readonly TempDirectory _directory = new();
    private S3Server _server = null!;
    private TestBucket _bucket = null!;
    private TestRepository _repository = null!;

    private string Target => _directory.File("restored");

    public async Task InitializeAsync()
    {
        _server = await S3Server.SharedAsync();
        _bucket = await _server.CreateBucketAsync();
        _repository = await TestRepository.CreateAsync();
    }

    public async Task DisposeAsync()
    {
        _repository.Dispose();
        await _bucket.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_bucket_is_backed_up_verified_and_restored_below_its_prefix()
    {
        string[] keys = ["20260101/teams/größe ☃.txt", "20260101/a+b %20&=?#.txt", "20260101/\"quoted\" <it>'s.txt", "20260101/back\\slash~(1)*.txt", "a.txt", "a/inside.txt", "plugins/x.tar.gz"];
        foreach (var key in keys)
        {
            await _bucket.PutAsync($"mm/{key}", "content of " + key);
        }

        await _bucket.PutAsync("elsewhere/not-ours.txt", "other");
        await _bucket.PutAsync("mm/empty.txt", "");
        await _bucket.PutAsync("mm/folder/", "");
        await PutAsync("mm/large.bin", Bytes(5_000_000));

        var point = await BackUpAsync("mm");

        Assert.Equal(RestorePointState.Complete, point.State);
        Assert.Equal(keys.Length + 3, point.Files!.Entries);
        Assert.Empty((await _repository.VerifyAsync(point)).Damage);
        Assert.Empty((await _repository.CheckAsync()).Damage);
        Assert.Empty((await RestoreAsync(point)).Notes);
        foreach (var key in keys)
        {
            Assert.Equal("content of " + key, await File.ReadAllTextAsync(Path.Combine(Target, key)));
        }

        Assert.Equal(Bytes(5_000_000), await File.ReadAllBytesAsync(Path.Combine(Target, "large.bin")));
        Assert.Equal(keys.Length + 2, Directory.GetFiles(Target, "*", SearchOption.AllDirectories).Length);
        Assert.True(Directory.Exists(Path.Combine(Target, "folder")));
    }

    [Fact]
    public async Task Keys_that_no_file_can_have_are_stored_and_named_at_the_restore()
    {
        string[] keys = ["double//slash", "up/../../and-away", "file", "file/and-directory", new string('n', 300)];
        foreach (var key in keys.Concat(["good.txt", "file-beside", "file.too"]))
        {
            await _bucket.PutAsync(key, key);
        }

        var point = await BackUpAsync("");
        Assert.Equal(keys.Length + 3, point.Files!.Entries);
        var result = await RestoreAsync(point);

        Assert.Equal("file", await File.ReadAllTextAsync(Path.Combine(Target, "file")));
        Assert.Equal("file-beside", await File.ReadAllTextAsync(Path.Combine(Target, "file-beside")));
        Assert.Equal("file.too", await File.ReadAllTextAsync(Path.Combine(Target, "file.too")));
        Assert.Equal("good.txt", await File.ReadAllTextAsync(Path.Combine(Target, "good.txt")));
        Assert.Equal(4, result.Notes.Count);
        Assert.All(["double//slash", "up/../../and-away", "file/and-directory was left out: another key makes", "nnn"], part => Assert.Contains(result.Notes, note => note.Contains(part, StringComparison.Ordinal)));
        Assert.Equal(["restored"], Directory.GetFileSystemEntries(_directory.Path).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_listing_of_many_pages_is_complete_and_a_second_backup_reads_only_what_changed()
    {
        await Parallel.ForAsync(0, 2_100, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, cancellationToken) => await _bucket.PutAsync($"{i % 7}/{i}.txt", $"file {i}", cancellationToken));
        var first = await BackUpAsync("");
        Assert.Equal(2_100, first.Files!.Entries);

        await _bucket.PutAsync("3/3.txt", "FILE 3");
        await _bucket.PutAsync("0/new.txt", "one more");
        var second = await BackUpAsync("");

        Assert.Equal(2_101, second.Files!.Entries);
        var list = (await ListAsync(second)).ToDictionary(entry => entry.Path);
        Assert.All(await ListAsync(first), entry => Assert.Equal(entry.Path != "3/3.txt", entry.Root == list[entry.Path].Root));
        Assert.All(list.Values, entry => Assert.Matches("^[0-9a-f]{32}$", entry.ETag));
        await RestoreAsync(second);
        Assert.Equal("FILE 3", await File.ReadAllTextAsync(Path.Combine(Target, "3/3.txt")));
        Assert.Equal("file 2099", await File.ReadAllTextAsync(Path.Combine(Target, "6/2099.txt")));
    }

    [Fact]
    public async Task What_may_not_be_read_is_named_and_makes_the_restore_point_partial()
    {
        await _bucket.PutAsync("open.txt", "open");
        await _bucket.PutAsync("closed.txt", "closed");
        await DenyAsync("s3:GetObject", "closed.txt");

        var point = await BackUpAsync("");

        Assert.Equal(RestorePointState.Partial, point.State);
        Assert.StartsWith("closed.txt: ", Assert.Single(point.Files!.Unreadable), StringComparison.Ordinal);
        Assert.Contains(point.Warnings, warning => warning.Contains("closed.txt", StringComparison.Ordinal));
        Assert.Equal(["open.txt"], (await ListAsync(point)).Select(entry => entry.Path));
    }

    [Fact]
    public async Task Credentials_that_may_list_but_read_nothing_are_refused()
    {
        await _bucket.PutAsync("a.txt", "a");
        await _bucket.PutAsync("b.txt", "b");
        await DenyAsync("s3:GetObject", "*");

        var refusal = await Assert.ThrowsAsync<EngineException>(() => BackUpAsync(""));

        Assert.Equal(EngineFault.Denied, refusal.Fault);
        Assert.Empty(await _repository.Repository.RestorePointsAsync(CancellationToken.None));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Wrong_credentials_or_a_missing_bucket_are_refused(bool wrongKey)
    {
        await _bucket.PutAsync("a.txt", "a");
        var address = Address("");

        var refusal = await Assert.ThrowsAsync<EngineException>(() => BackUpAsync(wrongKey ? address with { SecretKey = "wrong" } : address with { Bucket = address.Bucket + "-gone" }));

        Assert.DoesNotContain(address.SecretKey, refusal.ToString(), StringComparison.Ordinal);
        Assert.NotNull(refusal.Hint);
        Assert.Empty(await _repository.Repository.RestorePointsAsync(CancellationToken.None));
    }

    [Fact]
    public async Task An_inventory_lists_and_reads_nothing()
    {
        await _bucket.PutAsync("a.txt", "a");
        await DenyAsync("s3:GetObject", "*");

        var point = await _repository.BackUpAsync(new BackupSources { FilesBucket = Address(""), FilesMode = FileStoreMode.Inventory });

        Assert.Equal(["a.txt"], (await ListAsync(point)).Select(entry => entry.Path));
        var refusal = await Assert.ThrowsAsync<EngineException>(() => RestoreAsync(point));
        Assert.Contains("inventory", refusal.Message, StringComparison.Ordinal);
    }

    private S3Address Address(string prefix) => S3Addresses.Of(_server, _bucket.Name) with { Prefix = prefix };

    private Task<RestorePoint> BackUpAsync(string prefix) => BackUpAsync(Address(prefix));

    private Task<RestorePoint> BackUpAsync(S3Address address) => _repository.BackUpAsync(new BackupSources { FilesBucket = address });

    private Task<RestoreResult> RestoreAsync(RestorePoint point) => _repository.RestoreAsync(point, new RestoreRequest { FilesDirectory = Target });

    private Task PutAsync(string key, byte[] content) =>
        _bucket.Client.PutObjectAsync(new PutObjectRequest { BucketName = _bucket.Name, Key = key, InputStream = new MemoryStream(content), UseChunkEncoding = false });

    private Task DenyAsync(string action, string keys) => _bucket.Client.PutBucketPolicyAsync(new PutBucketPolicyRequest
    {
        BucketName = _bucket.Name,
        Policy = $$"""{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"{{action}}","Resource":"arn:aws:s3:::{{_bucket.Name}}/{{keys}}"}]}""",
    });

    private async Task<List<FileEntry>> ListAsync(RestorePoint point)
    {
        var index = (await LoadedIndex.ReadAsync(_repository.Repository, CancellationToken.None)).ToBlobIndex();
        using var blobs = new BlobReader(_repository.Repository, index);
        return await FileListReader.ReadAsync(new MmDrBot.Engine.Repositories.StreamReader(blobs), blobs, point.Files!.List!, CancellationToken.None).ToListAsync();
    }

    private static byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }
}
