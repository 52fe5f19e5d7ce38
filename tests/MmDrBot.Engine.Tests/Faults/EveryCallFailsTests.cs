using MmDrBot.Engine.Maintenance;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Tests.Support;
using MmDrBot.TestKit.Files;

namespace MmDrBot.Engine.Tests.Faults;

/// <summary>Lets every single call to the store fail in turn, until the operation passes untouched, and looks at what is left each time.</summary>
public sealed class EveryCallFailsTests
{
    public static TheoryData<FaultKind> Kinds => [.. Enum.GetValues<FaultKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_backup_that_fails_anywhere_leaves_a_sound_repository(FaultKind kind)
    {
        using var world = await SmallWorld.CreateAsync();
        var first = await world.BackUpAsync();
        world.Change();

        await ForEveryCallAsync(world, kind, repository => world.BackUpAsync(repository), first);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_prune_that_fails_while_it_condemns_leaves_a_sound_repository(FaultKind kind)
    {
        using var world = await SmallWorld.CreateAsync();
        var first = await world.BackUpAsync();
        world.Change();
        var second = await world.BackUpAsync();
        await world.Repository.ForgetAsync(first);

        await ForEveryCallAsync(world, kind, repository => repository.PruneAsync(), second);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_prune_that_fails_while_it_deletes_leaves_a_sound_repository(FaultKind kind)
    {
        using var world = await SmallWorld.CreateAsync();
        var first = await world.BackUpAsync();
        world.Change();
        var second = await world.BackUpAsync();
        world.Change();
        var third = await world.BackUpAsync();
        await world.Repository.ForgetAsync(first);
        Assert.NotEqual(0, (await world.Repository.PruneAsync()).Condemned);
        await world.Repository.ForgetAsync(second);
        world.Repository.Time.Advance(TimeSpan.FromHours(25));

        await ForEveryCallAsync(world, kind, repository => repository.PruneAsync(), third);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_forget_that_fails_anywhere_leaves_a_sound_repository(FaultKind kind)
    {
        using var world = await SmallWorld.CreateAsync();
        var first = await world.BackUpAsync();
        world.Change();
        var second = await world.BackUpAsync();

        await ForEveryCallAsync(world, kind, repository => repository.ForgetAsync(first), second);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_rebuild_of_the_index_that_fails_anywhere_leaves_a_sound_repository(FaultKind kind)
    {
        using var world = await SmallWorld.CreateAsync();
        var first = await world.BackUpAsync();
        world.Change();
        var second = await world.BackUpAsync();

        await ForEveryCallAsync(world, kind, repository => repository.RebuildIndexAsync(), first, second);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_check_that_fails_anywhere_says_so_finds_something_or_reads_it_again(FaultKind kind)
    {
        using var world = await SmallWorld.CreateAsync();
        var first = await world.BackUpAsync();

        await ForEveryCallAsync(world, kind, async repository => Assert.False((await repository.CheckAsync(first.Id)).IsGood && Struck(repository) && !((FaultyObjectStore)repository.Repository.Store).WasReadAgain), first);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_restore_that_fails_anywhere_can_be_run_again(FaultKind kind)
    {
        using var world = await SmallWorld.CreateAsync();
        var first = await world.BackUpAsync();
        using var directory = new TempDirectory();
        var target = "";

        await ForEveryCallAsync(
            world,
            kind,
            async repository =>
            {
                target = directory.File(Guid.NewGuid().ToString("N"));
                await repository.RestoreAsync(first, target);
                Assert.False(Struck(repository));
            },
            async repository =>
            {
                await repository.RestoreAsync(first, target);
                Assert.Empty(world.States[first.Id].DifferencesTo(TreeSnapshot.Of(target)));
            },
            first);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Adding_and_removing_a_key_that_fails_anywhere_leaves_a_key_that_opens(FaultKind kind)
    {
        using var world = await SmallWorld.CreateAsync();
        var first = await world.BackUpAsync();
        var second = await RepositoryAccess.AddPassphraseAsync(world.Repository.Repository, new RepositorySecret("second"), null, world.Repository.Time, CancellationToken.None);
        await world.BackUpAsync();

        await ForEveryCallAsync(world, kind, repository => RepositoryAccess.RemoveKeySlotAsync(repository.Repository, second.ToString(), "test", repository.Time, CancellationToken.None), first);
        await ForEveryCallAsync(world, kind, repository => RepositoryAccess.AddRecoveryKeyAsync(repository.Repository, null, repository.Time, CancellationToken.None), first);
    }

    private static Task ForEveryCallAsync(SmallWorld world, FaultKind kind, Func<MemoryRepository, Task> operation, params RestorePoint[] expected) =>
        ForEveryCallAsync(world, kind, operation, _ => Task.CompletedTask, expected);

    private static async Task ForEveryCallAsync(SmallWorld world, FaultKind kind, Func<MemoryRepository, Task> operation, Func<MemoryRepository, Task> again, params RestorePoint[] expected)
    {
        for (var call = 1; ; call++)
        {
            Assert.True(call < 500, "the operation never passes");
            var broken = world.Repository.Copy(store => new FaultyObjectStore(store, kind, call));
            var failure = await Record.ExceptionAsync(() => operation(broken));
            Assert.True(failure is null or IOException or EngineException, $"call {call}: {failure}");
            var healthy = broken.Healthy();
            if (failure is not null)
            {
                await again(healthy);
            }

            await AssertGoesOnAsync(world, healthy, $"{kind} at call {call}", expected);
            if (!Struck(broken))
            {
                Assert.Null(failure);
                return;
            }
        }
    }

    private static async Task AssertGoesOnAsync(SmallWorld world, MemoryRepository repository, string about, RestorePoint[] expected)
    {
        await world.AssertSoundAsync(repository, about, expected);
        _ = await RepositoryAccess.KeySlotsAsync(repository.Repository, CancellationToken.None);
        await world.BackUpAsync(repository);
        await repository.PruneAsync();
        repository.Time.Advance(TimeSpan.FromHours(25));
        await repository.PruneAsync(new PruneRequest { MaximumWaste = 0 });
        await world.AssertSoundAsync(repository, $"{about}, later", expected);
    }

    private static bool Struck(MemoryRepository repository) => ((FaultyObjectStore)repository.Repository.Store).Struck;
}
