using MmDrBot.Engine.Backup;
using MmDrBot.Engine.Maintenance;
using MmDrBot.Engine.ObjectStores;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Sources.Files;
using MmDrBot.Engine.Tests.Support;
using MmDrBot.TestKit.Files;
using StreamReader = MmDrBot.Engine.Repositories.StreamReader;

namespace MmDrBot.Engine.Tests.Corruption;

/// <summary>What becomes of a pack in which damage was found: nobody relies on it any more, and what is still at the source makes it good.</summary>
public sealed class DistrustTests
{
    private const string File = "b/other.bin";

    [Fact]
    public async Task The_next_backup_stores_damaged_content_anew_and_old_restore_points_are_whole_again()
    {
        using var world = await SmallWorld.CreateAsync();
        var repository = world.Repository;
        var first = await world.BackUpAsync();
        await SpoilAsync(repository, first);
        Assert.False((await repository.CheckAsync()).IsGood);
        Assert.False((await repository.VerifyAsync(first)).IsGood);

        var second = await world.BackUpAsync();

        Assert.True(second.NewBytes > 80_000);
        Assert.Empty((await repository.VerifyAsync(second)).Damage);
        Assert.Empty((await repository.VerifyAsync(first)).Damage);
        await world.AssertSoundAsync(repository, "stored anew", first, second);
        Assert.InRange((await world.BackUpAsync()).NewBytes, 0, 5_000);
    }

    [Fact]
    public async Task Prune_clears_the_damaged_pack_away_and_keeps_what_only_it_holds()
    {
        using var world = await SmallWorld.CreateAsync();
        var repository = world.Repository;
        var first = await world.BackUpAsync();
        var spoiled = await SpoilAsync(repository, first);
        await repository.CheckAsync();
        Directory.Delete(Path.Combine(world.Data, "a"), recursive: true);
        var second = await world.BackUpAsync();

        var condemned = await repository.PruneAsync();
        await world.AssertSoundAsync(repository, "condemned", first, second);
        repository.Time.Advance(TimeSpan.FromHours(25));
        var deleted = await repository.PruneAsync();

        Assert.InRange(condemned.Condemned, 1, 10);
        Assert.InRange(deleted.Deleted, 1, 10);
        Assert.DoesNotContain(ObjectNames.Of(ObjectKind.Pack, spoiled), repository.Store.Objects.Keys);
        Assert.DoesNotContain(repository.Store.Objects.Keys, name => name.StartsWith(ObjectNames.Distrusted, StringComparison.Ordinal));
        await world.AssertSoundAsync(repository, "deleted", first, second);
    }

    [Fact]
    public async Task What_is_gone_at_the_source_stays_lost_and_is_told_until_its_restore_point_is_forgotten()
    {
        using var world = await SmallWorld.CreateAsync();
        var repository = world.Repository;
        var first = await world.BackUpAsync();
        await SpoilAsync(repository, first);
        await repository.CheckAsync();
        System.IO.File.Delete(Path.Combine(world.Data, File));
        var second = await world.BackUpAsync();

        Assert.Contains("1 of its blobs", Assert.Single((await repository.VerifyAsync(first)).Damage), StringComparison.Ordinal);
        Assert.Empty((await repository.VerifyAsync(second)).Damage);
        Assert.Contains("1 of its blobs", Assert.Single((await repository.CheckAsync()).Damage), StringComparison.Ordinal);
        await Assert.ThrowsAsync<EngineException>(() => repository.RestoredAsync(first));
        Assert.Equal(EngineFault.Damaged, (await Assert.ThrowsAsync<EngineException>(() => repository.PruneAsync())).Fault);

        await repository.ForgetAsync(first);
        await repository.PruneAsync();
        repository.Time.Advance(TimeSpan.FromHours(25));
        await repository.PruneAsync();
        await world.AssertSoundAsync(repository, "forgotten", second);
    }

    [Fact]
    public async Task A_copy_that_prune_condemned_is_spared_when_the_only_other_is_damaged()
    {
        using var world = await SmallWorld.CreateAsync();
        var repository = world.Repository;
        await world.BackUpAsync();
        new FileTree().File("b/other.bin", "changed").File("a/large.bin", "changed").Build(world.Data);
        var second = await world.BackUpAsync();
        await repository.ForgetAsync((await repository.PointsAsync())[0]);
        await repository.PruneAsync(new PruneRequest { MaximumWaste = 0 });
        var copied = await SpoilCopyAsync(repository, second);
        await repository.CheckAsync();

        repository.Time.Advance(TimeSpan.FromHours(25));
        var reprieved = (await repository.PruneAsync(new PruneRequest { MaximumWaste = 0 })).Reprieved;
        repository.Time.Advance(TimeSpan.FromHours(25));
        await repository.PruneAsync(new PruneRequest { MaximumWaste = 0 });

        Assert.Equal(copied, reprieved);
        await world.AssertSoundAsync(repository, "spared", second);
    }

    [Fact]
    public async Task A_backup_during_which_damage_is_found_does_not_commit()
    {
        using var world = await SmallWorld.CreateAsync();
        var first = await world.BackUpAsync();
        await SpoilAsync(world.Repository, first);
        new FileTree().File("more.txt", "more").Build(world.Data);
        var busy = new Repository(new HookedObjectStore(world.Repository.Store, call => call.StartsWith("create indexes/", StringComparison.Ordinal), () => world.Repository.CheckAsync()), world.Repository.Repository.Key);

        var refusal = await Assert.ThrowsAsync<EngineException>(() => new BackupRunner(busy, world.Repository.Time).RunAsync(new BackupRequest { Sources = new BackupSources { FilesDirectory = world.Data }, Program = "test" }, null, CancellationToken.None));

        Assert.Equal(EngineFault.Conflict, refusal.Fault);
        Assert.Single(await world.Repository.PointsAsync());
        var second = await world.BackUpAsync();
        await world.AssertSoundAsync(world.Repository, "taken again", first, second);
    }

    [Fact]
    public async Task Who_may_only_read_finds_the_damage_all_the_same()
    {
        using var world = await SmallWorld.CreateAsync();
        await SpoilAsync(world.Repository, await world.BackUpAsync());
        var reading = world.Repository.Copy(store => new HookedObjectStore(store, call => call.StartsWith("create ", StringComparison.Ordinal), () => throw new UnauthorizedAccessException("read only")));

        var findings = await reading.CheckAsync();

        Assert.Single(findings.Damage);
        Assert.Contains(findings.Notes, note => note.Contains("could not be recorded", StringComparison.Ordinal));
    }

    /// <summary>Flips one bit in the middle of a file's content.</summary>
    private static async Task<BlobId> SpoilAsync(MemoryRepository repository, RestorePoint point)
    {
        var index = (await LoadedIndex.ReadAsync(repository.Repository, CancellationToken.None)).ToBlobIndex();
        using var blobs = new BlobReader(repository.Repository, index);
        var entry = await FileListReader.ReadAsync(new StreamReader(blobs), blobs, point.Files!.List!, CancellationToken.None).FirstAsync(entry => entry.Path == File);
        return Spoil(repository, index.Find(entry.Root!.Value)!.Value);
    }

    /// <summary>Flips a bit in one of the blobs that prune copied, in the copy. How blobs fall into packs is chance: there may be none.</summary>
    /// <returns>How many packs hold an original that is now the only good one.</returns>
    private static async Task<int> SpoilCopyAsync(MemoryRepository repository, RestorePoint point)
    {
        var index = (await LoadedIndex.ReadAsync(repository.Repository, CancellationToken.None)).ToBlobIndex();
        var condemned = (await CondemnedLists.ReadAsync(repository.Repository, CancellationToken.None)).Readable.SelectMany(list => list.Content.Packs).ToHashSet();
        using var blobs = new BlobReader(repository.Repository, index);
        await foreach (var id in NeededBlobs.OfAsync(point, blobs, CancellationToken.None))
        {
            BlobPlace[] places = [index.Find(id)!.Value, .. index.FindCopies(id)];
            if (places.Any(place => condemned.Contains(place.Pack)))
            {
                Spoil(repository, places.First(place => !condemned.Contains(place.Pack)));
                return places.Count(place => condemned.Contains(place.Pack));
            }
        }

        return 0;
    }

    private static BlobId Spoil(MemoryRepository repository, BlobPlace place)
    {
        repository.Store.Objects[ObjectNames.Of(ObjectKind.Pack, place.Pack)][place.Offset + (place.Stored / 2)] ^= 4;
        return place.Pack;
    }
}
