using Amazon.S3;
using Amazon.S3.Model;
using MmDrBot.Engine.ObjectStores;
using MmDrBot.Engine.ObjectStores.S3;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Tests.ObjectStores.S3;
using MmDrBot.TestKit.S3;

namespace MmDrBot.Engine.Tests.Locking;

public sealed class LockedWritesTests
{
    [Theory]
    [InlineData(LockMode.Governance)]
    [InlineData(LockMode.Compliance)]
    public async Task All_that_a_restore_point_rests_on_is_written_locked_and_nobody_deletes_it(LockMode mode)
    {
        // Compliance holds against everybody, so that it must not last long in a test.
        await using var bench = await LockBench.StartAsync(mode, mode is LockMode.Compliance ? TimeSpan.FromMinutes(1) : null);
        await bench.BackUpAsync();
        await RepositoryRecords.WriteAsync(bench.Repository, RecordKind.Anchor, new { n = 1 }, CancellationToken.None);
        await RepositoryRecords.WriteAsync(bench.Repository, RecordKind.Ledger, new { n = 1 }, CancellationToken.None);

        var names = await bench.NamesAsync();
        foreach (var folder in new[] { "repository.json", "keys/", "packs/", "indexes/", "manifests/", "anchors/", "ledger/" })
        {
            Assert.Contains(names, name => name.StartsWith(folder, StringComparison.Ordinal));
        }

        foreach (var name in names.Where(name => !name.StartsWith("locks/", StringComparison.Ordinal)))
        {
            var held = await bench.LockOfAsync(name);
            Assert.True(held is { } found && found.Mode == mode && found.Until >= bench.Time.GetUtcNow() + bench.Address.Lock!.Period - TimeSpan.FromSeconds(1), $"{name}: {held}");
            var version = Assert.Single(await bench.VersionsAsync(name));
            Assert.False(await bench.Store.Versions!.TryDeleteAsync(name, version.Version, CancellationToken.None), name);
        }
    }

    [Fact]
    public async Task A_bucket_without_Object_Lock_gets_nothing_where_the_settings_ask_for_locks()
    {
        var server = await S3Server.SharedAsync();
        await using var bucket = await server.CreateBucketAsync();
        using var store = new S3ObjectStore(S3Addresses.Of(server, bucket.Name) with { Lock = new ObjectLock(LockMode.Governance, LockBench.Period) }, TimeProvider.System);

        var refused = await Assert.ThrowsAsync<EngineException>(() => RepositoryAccess.InitializeAsync(store, LockBench.Secret, TimeProvider.System, CancellationToken.None));

        Assert.Equal(EngineFault.Invalid, refused.Fault);
        Assert.Contains("has no Object Lock", refused.Message, StringComparison.Ordinal);
        Assert.Empty(await bucket.ListAsync());
    }

    [Fact]
    public async Task Without_settings_nothing_is_locked()
    {
        await using var bench = await LockBench.StartAsync();
        using var plain = new S3ObjectStore(bench.Address with { Lock = null, Prefix = "plain/" }, TimeProvider.System);
        await plain.CreateAsync("keys/a", "x"u8.ToArray(), CancellationToken.None);

        Assert.Null(await plain.Versions!.FindRetentionAsync("keys/a", null, CancellationToken.None));
    }

    [Fact]
    public async Task What_prune_and_check_make_anew_is_not_locked()
    {
        await using var bench = await LockBench.StartAsync();
        await bench.Repository.WriteJsonAsync(ObjectKind.Condemned, new CondemnedPacks(bench.Time.GetUtcNow(), []), CancellationToken.None);

        Assert.Null(await bench.LockOfAsync(Assert.Single(await bench.NamesAsync("condemned/"))));
    }

    [Fact]
    public async Task Whether_a_store_creates_once_is_asked_without_leaving_or_deleting_anything()
    {
        var server = await S3Server.SharedAsync();
        await using var bucket = await server.CreateBucketAsync();
        using var store = new S3ObjectStore(S3Addresses.Of(server, bucket.Name), TimeProvider.System);
        await store.CreateAsync("repository.json", "x"u8.ToArray(), CancellationToken.None);

        Assert.True(await store.CreatesOnceAsync("repository.json", CancellationToken.None));
        Assert.Equal(["repository.json"], await bucket.ListAsync());
        Assert.Equal("x", await bucket.GetAsync("repository.json"));
    }
}
