using System.Net;
using System.Text;
using MmDrBot.Engine.Backup;
using MmDrBot.Engine.ObjectStores.S3;
using MmDrBot.Engine.Sources.Files;
using MmDrBot.Engine.Tests.ObjectStores.S3;
using MmDrBot.Engine.Tests.Repositories;
using MmDrBot.TestKit.S3;

namespace MmDrBot.Engine.Tests.Sources.Files;

/// <summary>Objects that change, or go, between the listing and the reading, on a real S3 server.</summary>
public sealed class S3ArchiverTests : IAsyncLifetime
{
    private const string Key = "20260101/a b.txt";
    private S3Server _server = null!;
    private TestBucket _bucket = null!;

    public async Task InitializeAsync()
    {
        _server = await S3Server.SharedAsync();
        _bucket = await _server.CreateBucketAsync();
        await _bucket.PutAsync(Key, "before");
        await _bucket.PutAsync("other.txt", "other");
    }

    public async Task DisposeAsync() => await _bucket.DisposeAsync();

    [Theory]
    [InlineData("after, and longer")]
    [InlineData("a")]
    [InlineData("BEFORE")]
    public async Task An_object_that_is_replaced_is_read_in_its_new_version(string content)
    {
        var (archiver, entries, first) = await ArchiveAsync(times: 1, _ => _bucket.PutAsync(Key, content));

        Assert.Empty(archiver.Unreadable);
        Assert.Empty(archiver.Vanished);
        Assert.Equal([(Key, (long)content.Length), ("other.txt", 5)], entries.Select(entry => (entry.Path, entry.Size)));
        Assert.Equal(content, first);
    }

    [Fact]
    public async Task An_object_that_is_replaced_all_the_time_is_unreadable()
    {
        var (archiver, entries, _) = await ArchiveAsync(times: int.MaxValue, count => _bucket.PutAsync(Key, $"version {count}"));

        Assert.StartsWith(Key + ": it changed", Assert.Single(archiver.Unreadable), StringComparison.Ordinal);
        Assert.Equal(["other.txt"], entries.Select(entry => entry.Path));
    }

    [Fact]
    public async Task An_object_that_goes_is_named_and_left_out()
    {
        var (archiver, entries, _) = await ArchiveAsync(times: 1, _ => _bucket.Client.DeleteObjectAsync(_bucket.Name, Key));

        Assert.Empty(archiver.Unreadable);
        Assert.Equal([Key], archiver.Vanished);
        Assert.Equal(["other.txt"], entries.Select(entry => entry.Path));
    }

    [Fact]
    public async Task A_server_that_does_not_know_conditions_is_not_believed()
    {
        var answers = 0;
        var (archiver, entries, first) = await ArchiveAsync(times: 1, _ => _bucket.PutAsync(Key, "BEFORE"), answer => answers++ == 0 ? Unconditional("other") : answer);

        Assert.Empty(archiver.Unreadable);
        Assert.Equal([Key, "other.txt"], entries.Select(entry => entry.Path));
        Assert.Equal("BEFORE", first);
    }

    /// <summary>Archives, and does something before the first reads of the key reach the server.</summary>
    private async Task<(S3Archiver Archiver, List<FileEntry> Entries, string First)> ArchiveAsync(int times, Func<int, Task> happen, Func<HttpResponseMessage, HttpResponseMessage>? spoil = null)
    {
        var count = 0;
        var wire = new WireFaults(async (request, pass) =>
        {
            if (request.Method == HttpMethod.Get && request.RequestUri!.AbsolutePath.EndsWith("a%20b.txt", StringComparison.Ordinal))
            {
                if (count++ < times)
                {
                    await happen(count);
                }

                var answer = await pass();
                return spoil?.Invoke(answer) ?? answer;
            }

            return await pass();
        });
        using var store = new S3ObjectStore(S3Addresses.Of(_server, _bucket.Name), TimeProvider.System, wire);
        await using var bench = await BlobBench.CreateAsync();
        var archiver = new S3Archiver(store, bench.Writer, new BackupProgress(null), (_, _) => ValueTask.FromResult(false));
        var entries = new List<FileEntry>();
        await archiver.StoreAsync(copy: true, null, entries.Add, CancellationToken.None);
        await bench.CompleteAsync();
        return (archiver, entries, Encoding.UTF8.GetString(await bench.Reader.ReadAllAsync(entries[0].Content, CancellationToken.None)));
    }

    /// <summary>What a server answers that passes over `If-Match`.</summary>
    private static HttpResponseMessage Unconditional(string content) => new(HttpStatusCode.PartialContent)
    {
        Content = new StringContent(content),
        Headers = { ETag = new System.Net.Http.Headers.EntityTagHeaderValue("\"another\"") },
    };
}
