using System.Collections.Concurrent;
using MmDrBot.Engine.Backup;
using MmDrBot.Engine.Maintenance;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Tests.Support;
using MmDrBot.TestKit.Files;

namespace MmDrBot.Engine.Tests.Repositories;

public sealed class SealedCacheTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly ConcurrentQueue<string> _calls = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_second_look_reads_nothing_from_the_store_and_sees_the_same()
    {
        using var world = await WorldAsync();
        var repository = Cached(world);
        var first = await repository.RestorePointsAsync(CancellationToken.None);
        Assert.Contains(_calls, call => call.StartsWith("read manifests/", StringComparison.Ordinal));
        _calls.Clear();

        var second = await Cached(world).RestorePointsAsync(CancellationToken.None);
        await LoadedIndex.ReadAsync(Cached(world), CancellationToken.None);
        _calls.Clear();
        await LoadedIndex.ReadAsync(Cached(world), CancellationToken.None);

        Assert.Equal(first.Select(point => point.Id), second.Select(point => point.Id));
        Assert.DoesNotContain(_calls, call => call.StartsWith("read ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_backup_through_the_cache_is_as_sound_as_one_without()
    {
        using var world = await WorldAsync();
        world.Change();
        var request = new BackupRequest { Sources = new BackupSources { FilesDirectory = world.Data }, Program = "test" };
        world.Remember(await new BackupRunner(Cached(world), world.Repository.Time).RunAsync(request, null, CancellationToken.None));

        await world.AssertSoundAsync(world.Repository, "after a backup through the cache");
        Assert.Equal(3, (await Cached(world).RestorePointsAsync(CancellationToken.None)).Count);
    }

    [Fact]
    public async Task A_spoilt_copy_is_read_anew_and_what_the_store_lost_is_not_seen_any_more()
    {
        using var world = await WorldAsync();
        var points = await Cached(world).RestorePointsAsync(CancellationToken.None);
        var copies = Directory.GetFiles(_directory.File("manifests"));
        Assert.Equal(2, copies.Length);
        await File.WriteAllTextAsync(copies[0], "no manifest");

        Assert.Equal(2, (await Cached(world).RestorePointsAsync(CancellationToken.None)).Count);
        await ForgetRestorePoint.RunAsync(world.Repository.Repository, points[0].Id, "test", world.Repository.Time, CancellationToken.None);

        Assert.Equal(points[1].Id, Assert.Single(await Cached(world).RestorePointsAsync(CancellationToken.None)).Id);
        Assert.Equal(points[1].Id.ToString(), Path.GetFileName(Assert.Single(Directory.GetFiles(_directory.File("manifests")))));
    }

    /// <summary>Damage in the store is found although a whole copy lies in the cache.</summary>
    [Fact]
    public async Task Who_proves_reads_the_store()
    {
        using var world = await WorldAsync();
        var points = await Cached(world).RestorePointsAsync(CancellationToken.None);
        world.Repository.Store.Objects[ObjectNames.Of(ObjectKind.Manifest, points[0].Id)] = [1, 2, 3];

        Assert.False((await world.Repository.CheckAsync()).IsGood);
    }

    [Fact]
    public async Task A_cache_that_cannot_be_written_is_in_nobodys_way()
    {
        using var world = await WorldAsync();
        await File.WriteAllTextAsync(_directory.File("manifests"), "a file where the directory should be");

        Assert.Equal(2, (await Cached(world).RestorePointsAsync(CancellationToken.None)).Count);
    }

    private static async Task<SmallWorld> WorldAsync()
    {
        var world = await SmallWorld.CreateAsync();
        await world.BackUpAsync();
        world.Change();
        await world.BackUpAsync();
        return world;
    }

    private Repository Cached(SmallWorld world)
    {
        bool Note(string call)
        {
            _calls.Enqueue(call);
            return false;
        }

        var store = new HookedObjectStore(world.Repository.Store, Note, () => Task.CompletedTask);
        return new Repository(store, world.Repository.Repository.Key, new SealedCache(_directory));
    }
}
