using MmDrBot.Engine.Maintenance;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Tests.Support;

namespace MmDrBot.Engine.Tests.Maintenance;

/// <summary>Small objects that are lost for good: what they block until they are given up, and what never depends on them.</summary>
public sealed class GiveUpTests
{
    [Fact]
    public async Task A_damaged_tombstone_blocks_latest_and_prune_until_it_is_given_up()
    {
        using var world = await SmallWorld.CreateAsync();
        var repository = world.Repository;
        var first = await world.BackUpAsync();
        world.Change();
        await repository.ForgetAsync(await world.BackUpAsync());
        var stone = Spoil(repository, "tombstones/");
        var refusal = await Assert.ThrowsAsync<EngineException>(() => repository.PruneAsync());
        Assert.Contains($"give-up {stone}", refusal.Hint, StringComparison.Ordinal);

        Assert.Equal(stone, await repository.GiveUpAsync(stone[11..19]));

        Assert.Equal(first.Id, (await repository.Repository.FindRestorePointAsync("latest", CancellationToken.None)).Id);
        var findings = await repository.CheckAsync(first.Id);
        Assert.Empty(findings.Damage);
        Assert.Contains(findings.Notes, note => note.StartsWith($"{stone} was given up on 2026-", StringComparison.Ordinal) && note.EndsWith("by test: no copy is left", StringComparison.Ordinal));
        await repository.PruneAsync();
        Assert.DoesNotContain(stone, repository.Store.Objects.Keys);
        await world.AssertSoundAsync(repository, "after prune", first);
    }

    [Fact]
    public async Task A_manifest_that_went_is_damage_until_it_is_given_up_and_counts_again_when_it_is_put_back()
    {
        using var world = await SmallWorld.CreateAsync();
        var repository = world.Repository;
        var first = await world.BackUpAsync();
        var second = await world.BackUpAsync();
        var name = $"manifests/{first.Id}";
        Assert.True(repository.Store.Objects.TryRemove(name, out var copy));
        Assert.StartsWith($"{name} is missing", Assert.Single((await repository.CheckAsync()).Damage), StringComparison.Ordinal);

        Assert.Equal(name, await repository.GiveUpAsync(first.Id.ToString()[..8]));

        await world.AssertSoundAsync(repository, "given up", first, second);
        await repository.PruneAsync();
        repository.Store.Objects[name] = copy;
        Assert.Equal([first.Id, second.Id], (await repository.PointsAsync()).Select(point => point.Id));
        await world.AssertSoundAsync(repository, "put back", first, second);
    }

    [Fact]
    public async Task A_manifest_that_only_the_state_remembers_can_be_given_up_too()
    {
        using var world = await SmallWorld.CreateAsync();
        var point = await world.BackUpAsync();
        Assert.True(world.Repository.Store.Objects.TryRemove($"manifests/{point.Id}", out _));

        await Assert.ThrowsAsync<EngineException>(() => world.Repository.GiveUpAsync(point.Id.ToString()));
        await world.Repository.GiveUpAsync(point.Id.ToString(), point.Id);

        Assert.Empty((await world.Repository.CheckAsync(point.Id)).Damage);
    }

    [Fact]
    public async Task With_a_damaged_condemned_list_a_backup_relies_on_no_pack_that_may_be_on_it()
    {
        using var world = await SmallWorld.CreateAsync();
        var repository = world.Repository;
        await world.BackUpAsync();
        world.Change();
        await world.BackUpAsync();
        await repository.ForgetAsync((await repository.PointsAsync())[0]);
        Assert.InRange((await repository.PruneAsync()).Condemned, 1, 10);
        var list = Spoil(repository, "condemned/");
        repository.Time.Advance(TimeSpan.FromHours(20));
        var old = repository.Store.Objects.Keys.Where(name => name.StartsWith("packs/", StringComparison.Ordinal)).ToArray();

        var point = await world.BackUpAsync();

        Assert.True(point.NewBytes > 900_000, $"{point.NewBytes} new bytes");
        Assert.Contains(point.Warnings, warning => warning.StartsWith($"{list} is damaged", StringComparison.Ordinal) && warning.Contains("mmdr repository give-up", StringComparison.Ordinal));
        var next = await world.BackUpAsync();
        Assert.InRange(next.NewBytes, 0, 5_000);

        // The worst that a prune which read the list can do.
        var wrecked = repository.Copy();
        foreach (var name in old)
        {
            wrecked.Store.Objects.TryRemove(name, out _);
        }

        foreach (var whole in new[] { point, next })
        {
            Assert.Empty((await wrecked.VerifyAsync(whole)).Damage);
            Assert.Empty(world.States[whole.Id].DifferencesTo(await wrecked.RestoredAsync(whole)));
        }

        var refusal = await Assert.ThrowsAsync<EngineException>(() => repository.PruneAsync());
        Assert.Contains($"give-up {list}", refusal.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_condemned_list_that_was_given_up_is_as_if_it_had_never_been()
    {
        using var world = await SmallWorld.CreateAsync();
        var repository = world.Repository;
        var first = await world.BackUpAsync();
        world.Change();
        var second = await world.BackUpAsync();
        await repository.ForgetAsync(first);
        var condemned = (await repository.PruneAsync()).Condemned;
        var list = Spoil(repository, "condemned/");

        await repository.GiveUpAsync(list);

        var third = await world.BackUpAsync();
        Assert.Empty(third.Warnings);
        Assert.InRange(third.NewBytes, 0, 5_000);
        Assert.Equal(condemned, (await repository.PruneAsync()).Condemned);
        Assert.DoesNotContain(list, repository.Store.Objects.Keys);
        repository.Time.Advance(TimeSpan.FromHours(25));
        Assert.Equal(condemned, (await repository.PruneAsync()).Deleted);
        await world.AssertSoundAsync(repository, "pruned", second, third);
    }

    [Fact]
    public async Task A_damaged_list_that_appears_while_a_backup_runs_ends_it()
    {
        using var world = await SmallWorld.CreateAsync();
        await world.BackUpAsync();
        var name = $"condemned/{new string('a', 64)}";
        MemoryRepository? hooked = null;
        hooked = world.Repository.Copy(store => new HookedObjectStore(store, call => call.StartsWith("create indexes/", StringComparison.Ordinal), () => store.CreateAsync(name, "torn"u8.ToArray(), CancellationToken.None)));
        world.Change();

        var refusal = await Assert.ThrowsAsync<EngineException>(() => hooked.BackUpAsync(world.Data));

        Assert.Equal(EngineFault.Conflict, refusal.Fault);
        Assert.Single(await hooked.PointsAsync());
        Assert.NotEmpty((await hooked.BackUpAsync(world.Data)).Warnings);
    }

    [Fact]
    public async Task A_key_slot_that_went_can_be_given_up()
    {
        using var world = await SmallWorld.CreateAsync();
        var repository = world.Repository;
        var extra = await RepositoryAccess.AddPassphraseAsync(repository.Repository, new RepositorySecret("extra"), null, repository.Time, CancellationToken.None);
        await world.BackUpAsync();
        Assert.True(repository.Store.Objects.TryRemove($"keys/{extra}", out _));

        await repository.GiveUpAsync($"keys/{extra.ToString()[..10]}");

        Assert.Empty((await repository.CheckAsync()).Damage);
    }

    [Theory]
    [InlineData("manifests/", false)]
    [InlineData("manifests/", true)]
    [InlineData("packs/", true)]
    [InlineData("indexes/", true)]
    [InlineData("keys/", true)]
    [InlineData("tombstones/", false)]
    public async Task What_is_not_lost_or_has_a_cure_of_its_own_is_not_given_up(string folder, bool isSpoiled)
    {
        using var world = await SmallWorld.CreateAsync();
        await world.BackUpAsync();
        await world.Repository.ForgetAsync(await world.BackUpAsync());
        await world.BackUpAsync();
        var name = isSpoiled ? Spoil(world.Repository, folder) : world.Repository.Store.Objects.Keys.First(name => name.StartsWith(folder, StringComparison.Ordinal));

        var refusal = await Assert.ThrowsAsync<EngineException>(() => world.Repository.GiveUpAsync(name));

        Assert.Equal(EngineFault.NotFound, refusal.Fault);
    }

    [Fact]
    public async Task A_damaged_decision_decides_nothing_and_can_be_given_up_itself()
    {
        using var world = await SmallWorld.CreateAsync();
        var repository = world.Repository;
        await repository.ForgetAsync(await world.BackUpAsync());
        var stone = Spoil(repository, "tombstones/");
        await repository.GiveUpAsync(stone);
        var decision = Spoil(repository, "given-up/");

        Assert.Equal([decision, stone], (await repository.CheckAsync()).Damage.Select(line => line.Split(' ')[0]));
        await Assert.ThrowsAsync<EngineException>(() => repository.PruneAsync());

        await repository.GiveUpAsync(stone);
        await repository.GiveUpAsync(decision);
        Assert.Empty((await repository.CheckAsync()).Damage);
    }

    private static string Spoil(MemoryRepository repository, string folder)
    {
        var name = repository.Store.Objects.Keys.Order(StringComparer.Ordinal).First(name => name.StartsWith(folder, StringComparison.Ordinal));
        repository.Store.Objects[name] = [.. repository.Store.Objects[name]];
        repository.Store.Objects[name][60] ^= 1;
        return name;
    }
}
