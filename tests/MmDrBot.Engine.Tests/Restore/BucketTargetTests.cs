using Amazon.S3.Model;
using MmDrBot.Engine.Backup;
using MmDrBot.Engine.ObjectStores.S3;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Restore;
using MmDrBot.Engine.Tests.ObjectStores.S3;
using MmDrBot.TestKit.Files;
using MmDrBot.TestKit.S3;
using RestoreRequest = MmDrBot.Engine.Restore.RestoreRequest;

namespace MmDrBot.Engine.Tests.Restore;

/// <summary>A file store restored into a bucket of a real S3 server.</summary>
public sealed class BucketTargetTests : IAsyncLifetime
{
    private const string Marker = "mm/.mmdr-restore-in-progress";
    private const int Large = BucketRestorer.PartSize * 2 + 12_345;
    private readonly TempDirectory _directory = new();
    private S3Server _server = null!;
    private TestBucket _bucket = null!;
    private TestRepository _repository = null!;

    private string Source => _directory.File("source");

    public async Task InitializeAsync()
    {
        _server = await S3Server.SharedAsync();
        _bucket = await _server.CreateBucketAsync();
        _repository = await TestRepository.CreateAsync();
        Directory.CreateDirectory(Path.Combine(Source, "20260101/teams"));
        Directory.CreateDirectory(Path.Combine(Source, "empty"));
        await File.WriteAllTextAsync(Path.Combine(Source, "20260101/teams/größe ☃.txt"), "hello");
        await File.WriteAllTextAsync(Path.Combine(Source, "20260101/photo.JPG"), "a picture");
        await File.WriteAllTextAsync(Path.Combine(Source, "20260101/scan.tif"), "another");
        await File.WriteAllTextAsync(Path.Combine(Source, "nothing.txt"), "");
        await File.WriteAllBytesAsync(Path.Combine(Source, "exact.bin"), Bytes(BucketRestorer.PartSize));
        await File.WriteAllBytesAsync(Path.Combine(Source, "large.bin"), Bytes(Large));
    }

    public async Task DisposeAsync()
    {
        _repository.Dispose();
        await _bucket.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Every_file_becomes_an_object_with_its_bytes_and_the_content_type_that_Mattermost_gives_it()
    {
        File.CreateSymbolicLink(Path.Combine(Source, "link"), "nothing.txt");
        await _bucket.PutAsync("elsewhere", "not ours");

        var result = await RestoreAsync(await BackUpAsync());

        Assert.Equal(["20260101/photo.JPG", "20260101/scan.tif", "20260101/teams/größe ☃.txt", "exact.bin", "large.bin", "nothing.txt"], (await _bucket.ListAsync("mm/")).Select(key => key[3..]));
        Assert.Equal("hello", await _bucket.GetAsync("mm/20260101/teams/größe ☃.txt"));
        Assert.Equal(Bytes(Large), await DownloadAsync("mm/large.bin"));
        Assert.Equal(Bytes(BucketRestorer.PartSize), await DownloadAsync("mm/exact.bin"));
        Assert.Equal("image/jpeg", await ContentTypeAsync("mm/20260101/photo.JPG"));
        Assert.Equal("binary/octet-stream", await ContentTypeAsync("mm/20260101/scan.tif"));
        Assert.Equal("binary/octet-stream", await ContentTypeAsync("mm/large.bin"));
        Assert.Equal("not ours", await _bucket.GetAsync("elsewhere"));
        Assert.Contains("link", Assert.Single(result.Notes), StringComparison.Ordinal);
        Assert.Equal(6, result.Files);
        Assert.Empty(await UploadsAsync());
    }

    [Fact]
    public async Task A_bucket_comes_back_as_the_bucket_that_it_was()
    {
        string[] keys = ["a.txt", "a/inside.txt", "double//slash", "file", "file/beside", "folder/"];
        foreach (var key in keys)
        {
            await _bucket.PutAsync("from/" + key, key == "folder/" ? "" : key);
        }

        var point = await _repository.BackUpAsync(new BackupSources { FilesBucket = Address("from") });
        await RestoreAsync(point);

        Assert.Equal(keys, (await _bucket.ListAsync("mm/")).Select(key => key[3..]));
        Assert.Equal("double//slash", await _bucket.GetAsync("mm/double//slash"));
    }

    [Fact]
    public async Task A_place_that_holds_something_is_refused_and_emptied_only_when_told()
    {
        await Parallel.ForAsync(0, 1_050, async (i, cancellationToken) => await _bucket.PutAsync($"mm/old/{i}", "old", cancellationToken));
        await _bucket.PutAsync("mmx", "beside");
        var point = await BackUpAsync();

        var refusal = await Assert.ThrowsAsync<EngineException>(() => RestoreAsync(point));
        Assert.Contains("more than 1000 objects", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("--overwrite", refusal.Hint, StringComparison.Ordinal);
        Assert.Equal(1_050, (await _bucket.ListAsync("mm/")).Count);
        var plan = await new RestoreRunner(_repository.Repository).PlanAsync(point, Request with { Overwrite = true }, CancellationToken.None);
        Assert.Contains("more than 1000 objects", Assert.Single(plan.Steps).Drops, StringComparison.Ordinal);

        await RestoreAsync(point, Request with { Overwrite = true });

        Assert.Equal(6, (await _bucket.ListAsync("mm/")).Count);
        Assert.Equal("beside", await _bucket.GetAsync("mmx"));
    }

    [Fact]
    public async Task A_restore_that_was_killed_while_it_emptied_the_place_goes_on_by_itself_and_leaves_nothing_of_what_was_there()
    {
        var point = await BackUpAsync();
        await _bucket.PutAsync("mm/old", "old");
        await _bucket.PutAsync(Marker, $"emptying {point.Id}");

        await RestoreAsync(point);

        var keys = await _bucket.ListAsync("mm/");
        Assert.Equal(6, keys.Count);
        Assert.DoesNotContain("mm/old", keys);
    }

    [Fact]
    public async Task An_interrupted_restore_goes_on_and_leaves_what_is_there_already()
    {
        var point = await BackUpAsync();
        await RestoreAsync(point);
        await _bucket.PutAsync(Marker, point.Id.ToString());
        await _bucket.PutAsync("mm/20260101/scan.tif", "ANOTHER");
        await _bucket.Client.DeleteObjectAsync(_bucket.Name, "mm/exact.bin");
        await _bucket.Client.InitiateMultipartUploadAsync(new InitiateMultipartUploadRequest { BucketName = _bucket.Name, Key = "mm/large.bin" });
        var before = await ModifiedAsync();

        await RestoreAsync(point);

        var after = await ModifiedAsync();
        Assert.Equal(before["mm/large.bin"], after["mm/large.bin"]);
        Assert.Equal(before["mm/20260101/photo.JPG"], after["mm/20260101/photo.JPG"]);
        Assert.Equal("another", await _bucket.GetAsync("mm/20260101/scan.tif"));
        Assert.Equal(Bytes(BucketRestorer.PartSize), await DownloadAsync("mm/exact.bin"));
        Assert.False(after.ContainsKey(Marker));
        Assert.Empty(await UploadsAsync());
    }

    [Fact]
    public async Task The_marker_of_another_restore_point_is_no_leave_to_write()
    {
        var point = await BackUpAsync();
        await _bucket.PutAsync(Marker, new string('0', 64));

        await Assert.ThrowsAsync<EngineException>(() => RestoreAsync(point));
    }

    [Fact]
    public async Task What_the_bucket_does_not_hold_as_written_fails_the_restore_and_leaves_the_marker()
    {
        var point = await BackUpAsync();
        var written = new ObjectTally();
        using var target = new BucketTarget(Address("mm"));
        await target.BeginAsync(point.Id.ToString(), Request, CancellationToken.None);
        written.Add("lost.txt", 4, "0123");

        var failure = await Assert.ThrowsAsync<EngineException>(() => target.CompleteAsync(written, CancellationToken.None));

        Assert.Contains("1 objects of 4 bytes", failure.Message, StringComparison.Ordinal);
        Assert.Equal([Marker], await _bucket.ListAsync("mm/"));
    }

    [Fact]
    public async Task Single_paths_go_beside_what_is_there_and_replace_only_when_told()
    {
        var point = await BackUpAsync();
        await _bucket.PutAsync("mm/mine", "mine");
        var request = Request with { Paths = ["20260101"] };

        await RestoreAsync(point, request);
        await RestoreAsync(point, request);
        Assert.Equal(["mm/20260101/photo.JPG", "mm/20260101/scan.tif", "mm/20260101/teams/größe ☃.txt", "mm/mine"], await _bucket.ListAsync("mm/"));

        await _bucket.PutAsync("mm/20260101/photo.JPG", "changed");
        var refusal = await Assert.ThrowsAsync<EngineException>(() => RestoreAsync(point, request));
        Assert.Equal(EngineFault.Conflict, refusal.Fault);
        Assert.Equal("changed", await _bucket.GetAsync("mm/20260101/photo.JPG"));
        await RestoreAsync(point, request with { Overwrite = true });
        Assert.Equal("a picture", await _bucket.GetAsync("mm/20260101/photo.JPG"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("backups")]
    [InlineData("backups/deeper")]
    public async Task The_place_of_the_repository_itself_is_refused_even_when_told_to_overwrite(string prefix)
    {
        using var store = new S3ObjectStore(Address("backups"), TimeProvider.System);
        using var repository = await TestRepository.CreateAsync(store);
        var point = await repository.BackUpFilesAsync(Source);

        var refusal = await Assert.ThrowsAsync<EngineException>(() => repository.RestoreAsync(point, new RestoreRequest { FilesBucket = Address(prefix), Overwrite = true }));

        Assert.Contains("repository", refusal.Message, StringComparison.Ordinal);
        Assert.Empty((await repository.CheckAsync()).Damage);
    }

    [Fact]
    public async Task A_directory_that_holds_the_repository_is_refused_even_when_told_to_overwrite()
    {
        var point = await BackUpAsync();

        await Assert.ThrowsAsync<EngineException>(() => RestoreAsync(point, new RestoreRequest { FilesDirectory = Path.GetDirectoryName(_repository.Root), Overwrite = true }));

        Assert.Empty((await _repository.CheckAsync()).Damage);
    }

    [Fact]
    public async Task A_bucket_that_does_not_exist_is_refused_before_anything_is_written()
    {
        var point = await BackUpAsync();

        var refusal = await Assert.ThrowsAsync<EngineException>(() => RestoreAsync(point, Request with { FilesBucket = Address("mm") with { Bucket = _bucket.Name + "-gone" } }));

        Assert.Equal(EngineFault.NotFound, refusal.Fault);
    }

    private RestoreRequest Request => new() { FilesBucket = Address("mm") };

    private S3Address Address(string prefix) => S3Addresses.Of(_server, _bucket.Name) with { Prefix = prefix };

    private Task<RestorePoint> BackUpAsync() => _repository.BackUpFilesAsync(Source);

    private Task<RestoreResult> RestoreAsync(RestorePoint point, RestoreRequest? request = null) => _repository.RestoreAsync(point, request ?? Request);

    private async Task<string> ContentTypeAsync(string key) => (await _bucket.Client.GetObjectMetadataAsync(_bucket.Name, key)).Headers.ContentType;

    private async Task<byte[]> DownloadAsync(string key)
    {
        using var response = await _bucket.Client.GetObjectAsync(_bucket.Name, key);
        using var content = new MemoryStream();
        await response.ResponseStream.CopyToAsync(content);
        return content.ToArray();
    }

    private async Task<Dictionary<string, DateTime?>> ModifiedAsync() =>
        (await _bucket.Client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = _bucket.Name, Prefix = "mm/" })).S3Objects.ToDictionary(item => item.Key, item => item.LastModified);

    private async Task<IEnumerable<string>> UploadsAsync() =>
        (await _bucket.Client.ListMultipartUploadsAsync(new ListMultipartUploadsRequest { BucketName = _bucket.Name })).MultipartUploads?.Select(upload => upload.Key) ?? [];

    private static byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }
}
