using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Tests.ObjectStores;
using MmDrBot.Engine.Tests.Support;
using MmDrBot.Engine.Verification;

namespace MmDrBot.Engine.Tests.Corruption;

public sealed class OpeningTests
{
    [Fact]
    public async Task An_empty_place_holds_no_repository()
    {
        var refusal = await OpenFailsAsync(new MemoryObjectStore(), MemoryRepository.Secret);

        Assert.Equal(EngineFault.NoRepository, refusal.Fault);
    }

    [Fact]
    public async Task A_wrong_passphrase_opens_nothing_and_is_not_repeated()
    {
        var repository = await MemoryRepository.CreateAsync();

        var refusal = await OpenFailsAsync(repository.Store, new RepositorySecret("wrong-secret"));

        Assert.Equal(EngineFault.WrongKey, refusal.Fault);
        Assert.DoesNotContain("wrong-secret", refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_passphrase_may_come_with_its_line_end()
    {
        var repository = await MemoryRepository.CreateAsync();

        var opened = await RepositoryAccess.OpenAsync(repository.Store, new RepositorySecret("a passphrase for tests\r\n"), CancellationToken.None);

        Assert.Equal(repository.Repository.Id, opened.Id);
    }

    [Fact]
    public async Task Without_any_key_slot_the_repository_is_damaged()
    {
        var repository = await MemoryRepository.CreateAsync();
        repository.Store.Objects.TryRemove(SlotOf(repository), out _);

        Assert.Equal(EngineFault.Damaged, (await OpenFailsAsync(repository.Store, MemoryRepository.Secret)).Fault);
    }

    [Fact]
    public async Task A_check_of_a_repository_that_lost_its_last_key_slot_says_so()
    {
        var repository = await MemoryRepository.CreateAsync();
        foreach (var slot in repository.Store.Objects.Keys.Where(name => name.StartsWith("keys/", StringComparison.Ordinal)))
        {
            repository.Store.Objects.TryRemove(slot, out _);
        }

        var findings = await new RepositoryChecker(repository.Repository, TimeProvider.System).CheckAsync(new CheckRequest(), null, CancellationToken.None);

        Assert.Contains(findings.Damage, line => line.StartsWith("No key slot is left", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_its_descriptor_the_key_slots_still_open_it()
    {
        var repository = await MemoryRepository.CreateAsync();
        foreach (var content in new byte[]?[] { null, [], "no json"u8.ToArray(), "null"u8.ToArray(), "[]"u8.ToArray(), """{"format":"mmdr-repository","version":"x"}"""u8.ToArray() })
        {
            var copy = repository.Copy();
            copy.Store.Objects.TryRemove("repository.json", out _);
            if (content is not null)
            {
                copy.Store.Objects["repository.json"] = content;
            }

            Assert.Equal(repository.Repository.Id, (await RepositoryAccess.OpenAsync(copy.Store, MemoryRepository.Secret, CancellationToken.None)).Id);
            Assert.Contains((await copy.CheckAsync()).Damage, damage => damage.Contains("repository.json", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_recovery_key_opens_however_it_is_typed()
    {
        var repository = await MemoryRepository.CreateAsync();
        var (_, text) = await RepositoryAccess.AddRecoveryKeyAsync(repository.Repository, "safe", repository.Time, CancellationToken.None);

        foreach (var typed in new[] { text, text.ToLowerInvariant(), text.Replace("-", "", StringComparison.Ordinal), text.Replace('-', ' ') + "\n" })
        {
            Assert.Equal(repository.Repository.Id, (await RepositoryAccess.OpenAsync(repository.Store, new RepositorySecret(typed), CancellationToken.None)).Id);
        }
    }

    [Fact]
    public async Task A_damaged_key_slot_does_not_keep_the_others_from_opening()
    {
        var repository = await MemoryRepository.CreateAsync();
        var first = SlotOf(repository);
        var (id, text) = await RepositoryAccess.AddRecoveryKeyAsync(repository.Repository, null, repository.Time, CancellationToken.None);
        foreach (var (spoiled, secret) in new[] { (first, new RepositorySecret(text)), ($"keys/{id}", MemoryRepository.Secret) })
        {
            var copy = repository.Copy();
            copy.Store.Objects[spoiled] = [.. copy.Store.Objects[spoiled], 0];

            Assert.Equal(repository.Repository.Id, (await RepositoryAccess.OpenAsync(copy.Store, secret, CancellationToken.None)).Id);
        }
    }

    [Fact]
    public async Task A_damaged_key_slot_stops_no_backup_and_can_be_removed_but_the_last_good_one_cannot()
    {
        using var world = await SmallWorld.CreateAsync();
        var (repository, time) = (world.Repository.Repository, world.Repository.Time);
        var good = (await RepositoryAccess.KeySlotsAsync(repository, CancellationToken.None))[0].Id.ToString();
        var bad = (await RepositoryAccess.AddPassphraseAsync(repository, new RepositorySecret("second"), null, time, CancellationToken.None)).ToString();
        world.Repository.Store.Objects["keys/" + bad] = [1, 2, 3];

        await world.BackUpAsync();
        Assert.Equal(EngineFault.Conflict, (await Assert.ThrowsAsync<EngineException>(() => RepositoryAccess.RemoveKeySlotAsync(repository, good, "test", time, CancellationToken.None))).Fault);
        await RepositoryAccess.RemoveKeySlotAsync(repository, bad, "test", time, CancellationToken.None);

        Assert.Empty((await world.Repository.CheckAsync()).Damage);
    }

    [Fact]
    public async Task A_flipped_bit_in_the_descriptors_id_keeps_nobody_out()
    {
        var repository = await MemoryRepository.CreateAsync();
        var flipped = (byte[])repository.Store.Objects["repository.json"].Clone();
        flipped[^5] ^= 1;
        repository.Store.Objects["repository.json"] = flipped;

        var opened = await RepositoryAccess.OpenAsync(repository.Store, MemoryRepository.Secret, CancellationToken.None);

        Assert.Equal(repository.Repository.Id, opened.Id);
        Assert.Contains((await repository.CheckAsync()).Damage, damage => damage.StartsWith("repository.json names repository", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("wrapped", "null")]
    [InlineData("wrapped", "\"AAAA\"")]
    [InlineData("wrapped", "7")]
    [InlineData("nonce", "null")]
    [InlineData("kdf", "null")]
    [InlineData("kdf", "{}")]
    [InlineData("repository", "null")]
    [InlineData("repository", "\"00000000000000000000000000000000\"")]
    [InlineData("kind", "null")]
    [InlineData("kind", "99")]
    [InlineData("createdAt", "\"yesterday\"")]
    [InlineData("descriptor", "null")]
    public async Task A_forged_key_slot_is_refused_and_nothing_worse(string member, string value) =>
        await AssertRefusedAsync(slot => slot[member] = JsonNode.Parse(value));

    [Theory]
    [InlineData("salt", "null")]
    [InlineData("salt", "\"\"")]
    [InlineData("name", "\"argon2id\"")]
    [InlineData("n", "0")]
    [InlineData("n", "65537")]
    [InlineData("n", "1073741824")]
    [InlineData("r", "-1")]
    [InlineData("r", "1")]
    [InlineData("p", "0")]
    [InlineData("p", "17")]
    public async Task A_forged_key_derivation_is_refused_and_nothing_worse(string member, string value) =>
        await AssertRefusedAsync(slot => slot["kdf"]![member] = JsonNode.Parse(value));

    [Fact]
    public async Task A_key_derivation_that_eats_the_memory_is_refused() =>
        await AssertRefusedAsync(slot => (slot["kdf"]!["n"], slot["kdf"]!["r"]) = (1 << 20, 32));

    [Fact]
    public async Task Newer_versions_are_too_new_not_damaged()
    {
        using var world = await SmallWorld.CreateAsync();
        var point = await world.BackUpAsync();
        var repository = world.Repository;

        var descriptor = repository.Copy();
        descriptor.Store.Objects["repository.json"] = Encoding.ASCII.GetBytes($$"""{"format":"mmdr-repository","version":2,"id":"{{repository.Repository.Id}}","new":true}""");
        Assert.Equal(EngineFault.TooNew, (await OpenFailsAsync(descriptor.Store, MemoryRepository.Secret)).Fault);

        var manifest = repository.Copy();
        await manifest.Repository.WriteJsonAsync(ObjectKind.Manifest, point with { Version = 2 }, CancellationToken.None);
        Assert.Equal(EngineFault.TooNew, (await Assert.ThrowsAsync<EngineException>(manifest.PointsAsync)).Fault);
        Assert.Equal(EngineFault.TooNew, (await Assert.ThrowsAsync<EngineException>(() => manifest.BackUpAsync(world.Data))).Fault);

        var slot = repository.Copy();
        ReplaceSlot(slot, json => json["version"] = 2);
        Assert.Equal(EngineFault.TooNew, (await OpenFailsAsync(slot.Store, MemoryRepository.Secret)).Fault);

        var index = repository.Copy();
        await ReplaceIndexAsync(index);
        Assert.Equal(EngineFault.TooNew, (await Assert.ThrowsAsync<EngineException>(() => index.RestoredAsync(point))).Fault);
    }

    [Fact]
    public async Task Objects_of_another_repository_are_named_and_harmless()
    {
        using var world = await SmallWorld.CreateAsync();
        var point = await world.BackUpAsync();
        var strangers = await ForeignStoreAsync();
        foreach (var (name, content) in strangers.Objects.Where(item => item.Key != "repository.json"))
        {
            var copy = world.Repository.Copy();
            copy.Store.Objects[name] = content;
            var findings = await copy.CheckAsync(point.Id);
            Assert.True(findings.Damage.Concat(findings.Notes).Any(line => line.Contains(name, StringComparison.Ordinal)), $"{name}: not named");
            var restored = await Record.ExceptionAsync(async () => Assert.Empty(world.States[point.Id].DifferencesTo(await copy.RestoredAsync(point))));
            Assert.True(restored is null or EngineException { Fault: EngineFault.Damaged }, $"{name}: {restored}");
            Assert.Equal(world.Repository.Repository.Id, (await RepositoryAccess.OpenAsync(copy.Store, MemoryRepository.Secret, CancellationToken.None)).Id);
        }
    }

    private static async Task AssertRefusedAsync(Action<JsonObject> forge)
    {
        var repository = await MemoryRepository.CreateAsync();
        ReplaceSlot(repository, forge);

        var refusal = await OpenFailsAsync(repository.Store, MemoryRepository.Secret);

        Assert.Equal(EngineFault.WrongKey, refusal.Fault);
        Assert.False((await repository.CheckAsync()).IsGood);
    }

    private static void ReplaceSlot(MemoryRepository repository, Action<JsonObject> forge)
    {
        repository.Store.Objects.TryRemove(SlotOf(repository), out var stored);
        var slot = JsonNode.Parse(stored)!.AsObject();
        forge(slot);
        var forged = JsonSerializer.SerializeToUtf8Bytes(slot);
        repository.Store.Objects["keys/" + ObjectNames.HashOf(forged)] = forged;
    }

    private static async Task ReplaceIndexAsync(MemoryRepository repository)
    {
        var name = repository.Store.Objects.Keys.Single(name => name.StartsWith("indexes/", StringComparison.Ordinal));
        repository.Store.Objects.TryRemove(name, out var stored);
        var newer = (byte[])stored!.Clone();
        newer[4] = 2;
        await repository.Store.CreateAsync("indexes/" + ObjectNames.HashOf(newer), newer, CancellationToken.None);
    }

    private static async Task<MemoryObjectStore> ForeignStoreAsync()
    {
        using var world = await SmallWorld.CreateAsync();
        var store = new MemoryObjectStore();
        var repository = await RepositoryAccess.InitializeAsync(store, new RepositorySecret("other"), TimeProvider.System, CancellationToken.None);
        await new Engine.Backup.BackupRunner(repository, TimeProvider.System).RunAsync(new Engine.Backup.BackupRequest { Sources = new() { FilesDirectory = world.Data }, Program = "other" }, null, CancellationToken.None);
        await repository.WriteJsonAsync(ObjectKind.Condemned, new CondemnedPacks(default, []), CancellationToken.None);
        await repository.WriteJsonAsync(ObjectKind.Tombstone, new Tombstone(Tombstone.KeySlot, default, default, ""), CancellationToken.None);
        return store;
    }

    private static string SlotOf(MemoryRepository repository) => repository.Store.Objects.Keys.First(name => name.StartsWith("keys/", StringComparison.Ordinal));

    private static Task<EngineException> OpenFailsAsync(MemoryObjectStore store, RepositorySecret secret) =>
        Assert.ThrowsAsync<EngineException>(() => RepositoryAccess.OpenAsync(store, secret, CancellationToken.None));
}
