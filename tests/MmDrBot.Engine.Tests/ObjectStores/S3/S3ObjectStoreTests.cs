using Amazon.S3;
using Amazon.S3.Model;
using MmDrBot.Engine.ObjectStores;
using MmDrBot.Engine.ObjectStores.S3;
using MmDrBot.TestKit.S3;

namespace MmDrBot.Engine.Tests.ObjectStores.S3;

public sealed class S3ObjectStoreTests : ObjectStoreContract
{
    private TestBucket _bucket = null!;

    protected override int Many => 1_100;

    internal override async Task<IObjectStore> OpenAsync()
    {
        var server = await S3Server.SharedAsync();
        _bucket = await server.CreateBucketAsync();
        return new S3ObjectStore(S3Addresses.Of(server, _bucket.Name), TimeProvider.System);
    }

    public override async Task DisposeAsync()
    {
        (Store as IDisposable)?.Dispose();
        await _bucket.DisposeAsync();
    }

    [Fact]
    public async Task A_prefix_keeps_two_repositories_in_a_bucket_apart()
    {
        var server = await S3Server.SharedAsync();
        using var one = new S3ObjectStore(S3Addresses.Of(server, _bucket.Name) with { Prefix = "one" }, TimeProvider.System);
        using var other = new S3ObjectStore(S3Addresses.Of(server, _bucket.Name) with { Prefix = "one-more/" }, TimeProvider.System);

        await one.CreateAsync("keys/a", Content(3), CancellationToken.None);
        await other.CreateAsync("keys/b", Content(4), CancellationToken.None);

        Assert.Equal(["keys/a"], (await one.ListAllAsync("", CancellationToken.None)).Select(item => item.Name));
        Assert.Equal(["keys/b"], (await other.ListAllAsync("keys/", CancellationToken.None)).Select(item => item.Name));
        Assert.Equal(["one-more/keys/b", "one/keys/a"], await _bucket.ListAsync());
    }

    /// <summary>
    /// Ceph answers 200 to a second create-only PUT in a versioned bucket and adds a version, so that only the content can be
    /// promised: names are hashes, and whoever writes a name again writes the same bytes.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_bucket_with_object_lock_takes_what_we_write_and_hides_what_we_delete(bool retention)
    {
        var server = await S3Server.SharedAsync();
        await using var locked = await server.CreateBucketAsync(objectLock: true);
        if (retention)
        {
            await locked.Client.PutObjectLockConfigurationAsync(new PutObjectLockConfigurationRequest
            {
                BucketName = locked.Name,
                ObjectLockConfiguration = new ObjectLockConfiguration { ObjectLockEnabled = ObjectLockEnabled.Enabled, Rule = new ObjectLockRule { DefaultRetention = new DefaultRetention { Mode = ObjectLockRetentionMode.Governance, Days = 1 } } },
            });
        }

        using var store = new S3ObjectStore(S3Addresses.Of(server, locked.Name), TimeProvider.System);
        Assert.True(await store.CreateAsync("keys/a", Content(100), CancellationToken.None));
        await store.CreateAsync("keys/a", Content(100), CancellationToken.None);
        Assert.Equal(Content(100), await store.ReadAllAsync("keys/a", 100, CancellationToken.None));

        await store.DeleteAsync(["keys/a"], CancellationToken.None);
        Assert.Empty(await store.ListAllAsync("", CancellationToken.None));
        Assert.Null(await store.FindAsync("keys/a", CancellationToken.None));
    }

    [Fact]
    public async Task A_wrong_secret_is_refused_and_never_shown()
    {
        var server = await S3Server.SharedAsync();
        using var store = new S3ObjectStore(S3Addresses.Of(server, _bucket.Name) with { SecretKey = "not-the-secret" }, TimeProvider.System);

        foreach (var attempt in Attempts(store))
        {
            var refusal = await Assert.ThrowsAsync<EngineException>(attempt);
            Assert.Equal(EngineFault.Denied, refusal.Fault);
            Assert.DoesNotContain("not-the-secret", refusal.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_missing_bucket_is_named()
    {
        var server = await S3Server.SharedAsync();
        using var store = new S3ObjectStore(S3Addresses.Of(server, "no-such-bucket"), TimeProvider.System);

        var refusal = await Assert.ThrowsAsync<EngineException>(() => store.CreateAsync("a", Content(1), CancellationToken.None));
        Assert.Equal(EngineFault.NotFound, refusal.Fault);
        Assert.Contains("no-such-bucket", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(EngineFault.NotFound, (await Assert.ThrowsAsync<EngineException>(() => store.ListAllAsync("", CancellationToken.None))).Fault);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_an_io_error()
    {
        using var store = new S3ObjectStore(new S3Address { Bucket = "b", Endpoint = "http://127.0.0.1:1", AccessKey = "a", SecretKey = "s", ForcePathStyle = true, Retries = 0 }, TimeProvider.System);

        foreach (var attempt in Attempts(store))
        {
            await Assert.ThrowsAnyAsync<IOException>(attempt);
        }
    }

    private static IEnumerable<Func<Task>> Attempts(S3ObjectStore store) =>
    [
        () => store.CreateAsync("a", Content(1), CancellationToken.None),
        () => store.ReadAsync("a", 0, new byte[1], CancellationToken.None),
        () => store.FindAsync("a", CancellationToken.None),
        () => store.ListAllAsync("", CancellationToken.None),
        () => store.DeleteAsync(["a"], CancellationToken.None),
        () => store.DeleteAsync(["a", "b"], CancellationToken.None),
    ];
}
