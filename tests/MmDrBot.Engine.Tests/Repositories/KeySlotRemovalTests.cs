using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Tests.Support;

namespace MmDrBot.Engine.Tests.Repositories;

public sealed class KeySlotRemovalTests
{
    [Theory]
    [InlineData("create tombstones/")]
    [InlineData("list tombstones/")]
    [InlineData("list keys/")]
    [InlineData("read keys/")]
    public async Task A_removal_on_another_host_in_between_never_takes_the_last_slot_away(string moment)
    {
        var (repository, first, second) = await TwoSlotsAsync();
        var refusals = 0;
        var busy = new Repository(new HookedObjectStore(repository.Store, call => call.StartsWith(moment, StringComparison.Ordinal), () => CountRefusalAsync(repository.Repository, second)), repository.Repository.Key);

        await CountRefusalAsync(busy, first);

        Assert.Equal(1, refusals);
        await AssertSoundAsync(repository, slots: 1);

        async Task CountRefusalAsync(Repository host, BlobId slot)
        {
            if (await IsRefusedAsync(host, slot))
            {
                refusals++;
            }
        }
    }

    [Fact]
    public async Task Of_two_that_have_both_said_what_they_remove_one_at_least_backs_out()
    {
        var (repository, first, second) = await TwoSlotsAsync();
        using var both = new Barrier(2);
        bool[] refused = await Task.WhenAll(new[] { first, second }.Select(slot => Task.Run(() =>
        {
            var store = new HookedObjectStore(repository.Store, call => call == "list tombstones/", () => Task.Run(both.SignalAndWait));
            return IsRefusedAsync(new Repository(store, repository.Repository.Key), slot);
        })));

        Assert.Contains(true, refused);
        await AssertSoundAsync(repository, slots: refused.Count(backedOut => backedOut));
    }

    [Fact]
    public async Task Many_at_once_leave_a_slot()
    {
        var (repository, first, second) = await TwoSlotsAsync();
        for (var round = 0; round < 50; round++)
        {
            var copy = repository.Copy();
            await Task.WhenAll(new[] { first, second, first, second }.Select(slot => Task.Run(() => IsRefusedAsync(copy.Repository, slot))));

            Assert.NotEmpty(await RepositoryAccess.KeySlotIdsAsync(copy.Repository, CancellationToken.None));
        }
    }

    private static async Task<(MemoryRepository Repository, BlobId First, BlobId Second)> TwoSlotsAsync()
    {
        var repository = await MemoryRepository.CreateAsync();
        var first = Assert.Single(await RepositoryAccess.KeySlotIdsAsync(repository.Repository, CancellationToken.None));
        return (repository, first, await RepositoryAccess.AddPassphraseAsync(repository.Repository, new RepositorySecret("another"), null, repository.Time, CancellationToken.None));
    }

    private static async Task<bool> IsRefusedAsync(Repository repository, BlobId slot)
    {
        try
        {
            await RepositoryAccess.RemoveKeySlotAsync(repository, slot.ToString(), "test", TimeProvider.System, CancellationToken.None);
            return false;
        }
        catch (EngineException refusal) when (refusal.Fault is EngineFault.Conflict or EngineFault.NotFound)
        {
            return true;
        }
    }

    private static async Task AssertSoundAsync(MemoryRepository repository, int slots)
    {
        Assert.Equal(slots, (await RepositoryAccess.KeySlotIdsAsync(repository.Repository, CancellationToken.None)).Length);
        Assert.Equal(2 - slots, (await repository.Repository.TombstonesAsync(static _ => { }, CancellationToken.None)).Count);
        Assert.Empty((await repository.CheckAsync()).Damage);
    }
}
