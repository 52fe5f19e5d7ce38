using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Tests.Support;

namespace MmDrBot.Engine.Tests.Verification;

/// <summary>Objects that are there and cannot be read: findings like others, and no end of the check.</summary>
public sealed class UnreadableTests
{
    [Fact]
    public async Task One_unreadable_pack_is_named_beside_other_damage_and_the_next_backup_stores_its_content_anew()
    {
        using var world = await WorldAsync(backups: 3);
        var packs = Packs(world.Repository);
        var lists = (await world.Repository.PointsAsync()).Select(point => point.Files!.List!.Root!.Value).ToHashSet();
        var loaded = await LoadedIndex.ReadAsync(world.Repository.Repository, CancellationToken.None);

        // Which pack a list of files lies in is chance; a spoiled list would be told of a second time, by its restore point.
        var spoiled = packs[1..].Last(pack => !lists.Contains(loaded.Packs[ObjectNames.IdOf(pack)!.Value].Blobs[0].Id));
        var unreadable = packs[0];
        world.Repository.Store.Objects[spoiled] = [.. world.Repository.Store.Objects[spoiled]];
        world.Repository.Store.Objects[spoiled][60] ^= 1;
        var repository = world.Repository.Copy(store => new UnreadableObjectStore(store, name => name == unreadable));

        var findings = await repository.CheckAsync();

        Assert.Contains($"{unreadable} can't be read: Input/output error", findings.Damage);
        Assert.Contains(findings.Damage, line => line.StartsWith($"{spoiled} is damaged", StringComparison.Ordinal));
        Assert.Equal(2, findings.Damage.Count);
        Assert.Contains(findings.Notes, note => note.StartsWith("2 damaged packs are recorded", StringComparison.Ordinal));

        var point = await world.BackUpAsync(repository);
        Assert.Empty((await repository.VerifyAsync(point)).Damage);
        Assert.Empty(world.States[point.Id].DifferencesTo(await repository.RestoredAsync(point)));
    }

    [Fact]
    public async Task A_verification_goes_on_after_an_unreadable_pack()
    {
        using var world = await WorldAsync(backups: 1);
        var point = (await world.Repository.PointsAsync())[0];
        foreach (var pack in Packs(world.Repository))
        {
            var repository = world.Repository.Copy(store => new UnreadableObjectStore(store, name => name == pack));

            var findings = await repository.VerifyAsync(point);

            Assert.Equal([$"{pack} can't be read: Input/output error"], findings.Damage);
        }
    }

    [Fact]
    public async Task An_unreadable_manifest_is_a_finding_too()
    {
        using var world = await WorldAsync(backups: 2);
        var name = $"manifests/{(await world.Repository.PointsAsync())[0].Id}";
        var repository = world.Repository.Copy(store => new UnreadableObjectStore(store, read => read == name));

        Assert.Equal([$"{name} can't be read: Input/output error"], (await repository.CheckAsync()).Damage);
    }

    [Fact]
    public async Task A_read_that_fails_once_is_tried_again_and_is_no_damage()
    {
        using var world = await WorldAsync(backups: 1);
        var pack = Packs(world.Repository)[0];
        var whole = new HashSet<string>(Packs(world.Repository));
        var repository = world.Repository.Copy(store => new UnreadableObjectStore(store, name => name == pack && whole.Remove(name), atLeast: world.Repository.Store.Objects[pack].Length));

        Assert.Empty((await repository.CheckAsync()).Damage);
        Assert.DoesNotContain(pack, whole);
        Assert.DoesNotContain(repository.Store.Objects.Keys, name => name.StartsWith("distrusted/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_store_that_reads_nothing_ends_the_check_and_no_pack_is_distrusted()
    {
        using var world = await WorldAsync(backups: 12);
        var repository = world.Repository.Copy(store => new UnreadableObjectStore(store, name => name.StartsWith("packs/", StringComparison.Ordinal)));

        await Assert.ThrowsAsync<IOException>(() => repository.CheckAsync());

        Assert.DoesNotContain(repository.Store.Objects.Keys, name => name.StartsWith("distrusted/", StringComparison.Ordinal));
    }

    private static async Task<SmallWorld> WorldAsync(int backups)
    {
        var world = await SmallWorld.CreateAsync();
        for (var i = 0; i < backups; i++)
        {
            await world.BackUpAsync();
            world.Change();
        }

        return world;
    }

    private static string[] Packs(MemoryRepository repository) => [.. repository.Store.Objects.Keys.Where(name => name.StartsWith("packs/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
}
