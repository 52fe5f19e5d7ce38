using MmDrBot.Engine.ObjectStores;
using MmDrBot.Engine.ObjectStores.Local;
using MmDrBot.Engine.ObjectStores.S3;
using MmDrBot.Engine.Replication;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Restore;
using MmDrBot.Engine.Tests.Faults;
using MmDrBot.Engine.Tests.ObjectStores.S3;
using MmDrBot.Engine.Verification;
using MmDrBot.TestKit.Files;
using MmDrBot.TestKit.S3;

namespace MmDrBot.Engine.Tests.Replication;

/// <summary>Directories and a real S3 server.</summary>
public sealed class RealStoresTests
{
    [Theory]
    [InlineData("local", "local")]
    [InlineData("local", "s3")]
    [InlineData("s3", "s3")]
    [InlineData("s3", "local")]
    public async Task A_copy_restores_when_the_first_repository_is_gone(string from, string to)
    {
        using var places = new TempDirectory();
        await using var server = await Buckets.CreateAsync();
        using var data = new TempDirectory();
        new FileTree().File("a.txt", "kept").File("b/large.bin", size: 3_000_000).Build(data.Path);
        var target = Store(to, "copy");
        using var main = await TestRepository.CreateAsync(Store(from, "main"));
        var point = await main.BackUpFilesAsync(data.Path);

        var result = await new Replicator(main.Repository, target, TimeProvider.System).RunAsync(new(), null, CancellationToken.None);

        Assert.Empty(result.Problems);
        Assert.Equal(to == "local" ? (0, result.Packs + result.Records + 1) : (result.Packs + result.Records + 1, 0), (result.Confirmed, result.ReadBack));
        await main.Store.DeleteAsync([.. (await main.Store.ListAllAsync("", CancellationToken.None)).Select(item => item.Name)], CancellationToken.None);
        var copy = await RepositoryAccess.OpenAsync(target, TestRepository.Secret, CancellationToken.None);
        Assert.Empty((await new RepositoryChecker(copy, TimeProvider.System).CheckAsync(new CheckRequest { ReadShare = 1 }, null, CancellationToken.None)).Damage);
        await new RestoreRunner(copy).RunAsync(await copy.FindRestorePointAsync("latest", CancellationToken.None), new RestoreRequest { FilesDirectory = places.File("restored") }, null, CancellationToken.None);
        Assert.Equal(point.Id, (await copy.FindRestorePointAsync("latest", CancellationToken.None)).Id);
        Assert.Empty(TreeSnapshot.Of(data.Path).DifferencesTo(TreeSnapshot.Of(places.File("restored"))));

        IObjectStore Store(string kind, string name) => kind == "local" ? new LocalObjectStore(places.File(name)) : server.Open(name);
    }

    [Fact]
    public async Task A_copy_in_a_bucket_with_Object_Lock_is_locked_as_its_own_settings_say()
    {
        using var data = new TempDirectory();
        await using var server = await Buckets.CreateAsync(objectLock: true);
        new FileTree().File("a.txt", "kept").Build(data.Path);
        using var main = await TestRepository.CreateAsync();
        var point = await main.BackUpFilesAsync(data.Path);
        var target = server.Open("copy", new ObjectLock(LockMode.Governance, TimeSpan.FromDays(7)));

        var result = await new Replicator(main.Repository, target, TimeProvider.System).RunAsync(new(), null, CancellationToken.None);

        Assert.Equal(LockMode.Governance, result.Locks!.Mode);
        foreach (var name in (await target.ListAllAsync("", CancellationToken.None)).Select(item => item.Name).Where(ObjectLock.Covers))
        {
            Assert.NotNull(await target.Versions!.FindRetentionAsync(name, null, CancellationToken.None));
        }

        Assert.Equal(point.Id, Assert.Single(result.Copied));
    }

    [SmallFileSystemFact]
    public async Task A_copy_on_a_disk_that_fills_up_gets_no_restore_point_and_goes_on_once_there_is_room()
    {
        await using var disk = await SmallFileSystem.CreateAsync(64);
        using var data = new TempDirectory();
        new FileTree().File("small.txt", "small").Build(data.Path);
        using var main = await TestRepository.CreateAsync();
        var first = await main.BackUpFilesAsync(data.Path);
        foreach (var number in Enumerable.Range(0, 20))
        {
            new FileTree().File($"{number}.bin", size: 5 << 20).Build(data.Path);
        }

        var second = await main.BackUpFilesAsync(data.Path);
        var target = new LocalObjectStore(Path.Combine(disk.Path, "copy"));
        await new Replicator(main.Repository, target, TimeProvider.System).RunAsync(new ReplicationRequest { RestorePoint = first.Id }, null, CancellationToken.None);

        var failure = await Assert.ThrowsAnyAsync<IOException>(() => new Replicator(main.Repository, target, TimeProvider.System).RunAsync(new(), null, CancellationToken.None));

        Assert.Contains("No space left", failure.Message, StringComparison.Ordinal);
        var copy = await RepositoryAccess.OpenAsync(target, TestRepository.Secret, CancellationToken.None);
        Assert.Equal(first.Id, Assert.Single(await copy.RestorePointsAsync(CancellationToken.None)).Id);
        await disk.ResizeAsync(256);
        var result = await new Replicator(main.Repository, target, TimeProvider.System).RunAsync(new(), null, CancellationToken.None);
        Assert.Equal(second.Id, Assert.Single(result.Copied));
        Assert.Empty((await new RepositoryChecker(copy, TimeProvider.System).CheckAsync(new CheckRequest { ReadShare = 1 }, null, CancellationToken.None)).Damage);
    }

    private sealed class Buckets(S3Server server, TestBucket bucket) : IAsyncDisposable
    {
        private readonly List<S3ObjectStore> _stores = [];

        internal static async Task<Buckets> CreateAsync(bool objectLock = false)
        {
            var server = await S3Server.SharedAsync();
            return new Buckets(server, await server.CreateBucketAsync(objectLock));
        }

        internal S3ObjectStore Open(string prefix, ObjectLock? wanted = null)
        {
            var store = new S3ObjectStore(S3Addresses.Of(server, bucket.Name) with { Prefix = prefix + "/", Lock = wanted }, TimeProvider.System);
            _stores.Add(store);
            return store;
        }

        public async ValueTask DisposeAsync()
        {
            _stores.ForEach(store => store.Dispose());
            await bucket.DisposeAsync();
        }
    }
}
