using MmDrBot.Engine.Locking;
using MmDrBot.Engine.Maintenance;
using MmDrBot.Engine.ObjectStores;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Tests.Support;

namespace MmDrBot.Engine.Tests.Locking;

/// <summary>Months with locks, on a clock of the test's.</summary>
public sealed class LockedYearTests
{
    private static readonly TimeSpan Period = TimeSpan.FromDays(14);

    [Fact]
    public async Task Over_months_of_backups_and_prunes_all_that_a_restore_point_needs_stays_locked_and_the_rest_goes()
    {
        using var world = await SmallWorld.CreateAsync();
        LockingMemoryStore store = null!;
        MemoryRepository repository = null!;
        repository = world.Repository.Copy(inner => store = new LockingMemoryStore((ObjectStores.MemoryObjectStore)inner, new ObjectLock(LockMode.Compliance, Period), world.Repository.Time));
        var clock = world.Repository.Time;
        var early = new HashSet<string>();
        for (var day = 0; day < 90; day++)
        {
            clock.Advance(TimeSpan.FromDays(1));
            repository.Time.Advance(TimeSpan.FromDays(1));
            if (day % 5 == 0)
            {
                world.Change();
            }

            world.Remember(await new Engine.Backup.BackupRunner(repository.Repository, clock).RunAsync(new Engine.Backup.BackupRequest { Sources = new Engine.Backup.BackupSources { FilesDirectory = world.Data }, Program = "test" }, null, CancellationToken.None));
            foreach (var old in (await repository.PointsAsync()).SkipLast(7))
            {
                await ForgetRestorePoint.RunAsync(repository.Repository, old.Id, "test", clock, CancellationToken.None);
            }

            await new Pruner(repository.Repository, clock).RunAsync(new PruneRequest(), CancellationToken.None);
            early.UnionWith(day < 30 ? Packs(repository) : []);
            var condemned = (await CondemnedLists.ReadAsync(repository.Repository, CancellationToken.None)).Readable.SelectMany(list => list.Content.Packs).ToHashSet();
            foreach (var name in repository.Store.Objects.Keys.Where(name => ObjectLock.Covers(name) && !(ObjectNames.IdOf(name) is { } id && condemned.Contains(id))))
            {
                Assert.True(store.Locks.TryGetValue(name, out var held) && held.Until > clock.GetUtcNow() + (Period / 2) - TimeSpan.FromDays(1), $"day {day}: {name} is locked until {held.Until}");
            }
        }

        var wasted = await WasteAsync(repository);
        var left = early.Intersect(Packs(repository)).ToArray();
        Assert.True(left.Length < early.Count, "no pack of the first month went");
        Assert.All(left, name => Assert.InRange(wasted[name], 0, new PruneRequest().MaximumWaste));
        await world.AssertSoundAsync(repository, "after 90 days");
    }

    [Fact]
    public async Task Two_thousand_packs_are_asked_for_once_and_then_cost_a_few_requests()
    {
        var empty = await MemoryRepository.CreateAsync();
        LockingMemoryStore store = null!;
        var repository = empty.Copy(inner => store = new LockingMemoryStore((ObjectStores.MemoryObjectStore)inner, new ObjectLock(LockMode.Governance, Period), empty.Time));
        for (var i = 0; i < 2000; i++)
        {
            await store.CreateAsync(ObjectNames.Of(ObjectKind.Pack, ObjectNames.HashOf(BitConverter.GetBytes(i))), BitConverter.GetBytes(i), CancellationToken.None);
        }

        var keeper = new LockKeeper(repository.Repository, empty.Time);
        store.Counted();
        await keeper.ExtendAsync(CancellationToken.None);
        var first = store.Counted();
        await keeper.ExtendAsync(CancellationToken.None);
        var second = store.Counted();
        empty.Time.Advance(Period * 0.6);
        await keeper.ExtendAsync(CancellationToken.None);
        var third = store.Counted();

        // The key slot and the descriptor were there before there were locks.
        Assert.Equal((2002, 2), (first.Questions, first.Extensions));
        Assert.True(second is { Questions: <= 16, Extensions: 0, Listings: <= 10, Reads: <= 2 }, second.ToString());
        Assert.Equal(2002, third.Extensions);
        Assert.True(third.Questions <= 16, third.ToString());
    }

    /// <summary>How much of each pack no restore point needs.</summary>
    private static async Task<Dictionary<string, double>> WasteAsync(MemoryRepository repository)
    {
        var loaded = await LoadedIndex.ReadAsync(repository.Repository, CancellationToken.None);
        using var reader = new BlobReader(repository.Repository, loaded.ToBlobIndex());
        var needed = new HashSet<BlobId>();
        foreach (var point in await repository.PointsAsync())
        {
            await foreach (var id in NeededBlobs.OfAsync(point, reader, CancellationToken.None))
            {
                needed.Add(id);
            }
        }

        return loaded.Packs.Values.ToDictionary(
            pack => ObjectNames.Of(ObjectKind.Pack, pack.Id),
            pack => pack.Blobs.Where(blob => !needed.Contains(blob.Id)).Sum(blob => (double)blob.Stored) / pack.Blobs.Sum(blob => (double)blob.Stored));
    }

    private static IReadOnlyList<string> Packs(MemoryRepository repository) => [.. repository.Store.Objects.Keys.Where(name => name.StartsWith(ObjectNames.Packs, StringComparison.Ordinal))];
}
