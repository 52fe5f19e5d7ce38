using MmDrBot.Engine.ObjectStores;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Tests.ObjectStores;
using MmDrBot.Engine.Tests.Support;

namespace MmDrBot.Engine.Tests.Corruption;

/// <summary>Inits that are cut off, or meet: one repository comes of them, and its key slot stays.</summary>
public sealed class InitTests
{
    [Fact]
    public async Task An_init_that_was_cut_off_is_finished_by_whoever_has_its_passphrase()
    {
        var repository = await MemoryRepository.CreateAsync();
        repository.Store.Objects.TryRemove("repository.json", out _);
        var before = repository.Store.Objects.Keys.ToArray();

        var refusal = await Assert.ThrowsAsync<EngineException>(() => RepositoryAccess.InitializeAsync(repository.Store, new RepositorySecret("another"), TimeProvider.System, CancellationToken.None));
        Assert.Equal(EngineFault.Conflict, refusal.Fault);
        Assert.Equal(before, repository.Store.Objects.Keys);

        var finished = await RepositoryAccess.InitializeAsync(repository.Store, MemoryRepository.Secret, TimeProvider.System, CancellationToken.None);
        Assert.Equal(repository.Repository.Id, finished.Id);
        Assert.Equal([.. before, "repository.json"], repository.Store.Objects.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Two_inits_with_one_passphrase_make_one_repository()
    {
        var store = new MemoryObjectStore();
        Repository? other = null;
        var hooked = new HookedObjectStore(store, call => call == "create repository.json", async () => other = await InitializeAsync(store));

        var mine = await InitializeAsync(hooked);

        Assert.Equal(other!.Id, mine.Id);
        Assert.Equal(mine.Id, (await RepositoryAccess.OpenAsync(store, MemoryRepository.Secret, CancellationToken.None)).Id);
        Assert.Equal(2, store.Objects.Count);
    }

    [Fact]
    public async Task An_init_that_another_one_overtook_takes_its_slot_back()
    {
        var (store, other) = (new MemoryObjectStore(), await MemoryRepository.CreateAsync());
        var theirs = other.Store.Objects.Where(item => item.Key == "repository.json" || item.Key.StartsWith("keys/", StringComparison.Ordinal)).ToArray();
        var hooked = new HookedObjectStore(store, call => call == "create repository.json", async () =>
        {
            foreach (var (name, content) in theirs)
            {
                await store.CreateAsync(name, content, CancellationToken.None);
            }
        });

        var refusal = await Assert.ThrowsAsync<EngineException>(() => InitializeAsync(hooked));

        Assert.Equal(EngineFault.Conflict, refusal.Fault);
        Assert.Equal(theirs.Select(item => item.Key).Order(StringComparer.Ordinal), store.Objects.Keys.Order(StringComparer.Ordinal));
    }

    private static Task<Repository> InitializeAsync(IObjectStore store) => RepositoryAccess.InitializeAsync(store, MemoryRepository.Secret, TimeProvider.System, CancellationToken.None);
}
