using System.Security.Cryptography;
using MmDrBot.Engine.ObjectStores;

namespace MmDrBot.Engine.Repositories;

/// <summary>Makes and opens repositories, and looks after their key slots.</summary>
public static class RepositoryAccess
{
    internal const long SlotLimit = 64 << 10;

    /// <summary>Makes a repository in an empty store. Of several at once exactly one succeeds.</summary>
    public static async Task<Repository> InitializeAsync(IObjectStore store, RepositorySecret secret, TimeProvider time, CancellationToken cancellationToken)
    {
        if (secret.IsEmpty)
        {
            throw new EngineException(EngineFault.Invalid, "The passphrase is empty.", "Set MMDR_Repository__PassphraseFile to a file that holds a long random passphrase.");
        }

        // The descriptor comes last, and decides: what was cut off before it has a key slot, and is finished by whoever can open that.
        if (await BegunAsync(store, secret, cancellationToken) is { } begun)
        {
            return await DescribeAsync(begun, cancellationToken) is true ? begun : throw MadeByOther(store);
        }

        var key = new MasterKey(RandomNumberGenerator.GetBytes(MasterKey.Length), Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)));
        var repository = new Repository(store, key);
        var slot = await AddSlotAsync(repository, KeyKind.Passphrase, secret.Value, "init", time, cancellationToken);
        switch (await DescribeAsync(repository, cancellationToken))
        {
            case true:
                return repository;
            case false:
                await RemoveStrayAsync(store, ObjectNames.Keys + slot, cancellationToken);
                break;
        }

        throw MadeByOther(store);
    }

    /// <summary>Finishes an init that was cut off before it wrote the descriptor, whose bytes follow from the id. Where more than key slots is there, it is for `rebuild-index` to write.</summary>
    /// <exception cref="EngineException">Conflict: another repository has taken the place.</exception>
    public static async Task FinishAsync(Repository repository, CancellationToken cancellationToken)
    {
        if (await repository.Store.FindAsync(ObjectNames.Descriptor, cancellationToken) is null
            && (await FirstOfAsync(repository.Store, cancellationToken)).Other is null
            && await DescribeAsync(repository, cancellationToken) is not true)
        {
            throw MadeByOther(repository.Store);
        }
    }

    /// <summary>Writes the descriptor where there is none. A refusal may be that of our own whose answer was lost, so what is there decides.</summary>
    /// <returns>Whether the place is this repository's; null where its descriptor can't be read.</returns>
    private static async Task<bool?> DescribeAsync(Repository repository, CancellationToken cancellationToken)
    {
        if (await repository.Store.CreateAsync(ObjectNames.Descriptor, new RepositoryDescriptor(repository.Id).ToBytes(), cancellationToken))
        {
            return true;
        }

        return await ReadDescriptorAsync(repository.Store, cancellationToken) is { } there ? there.Id == repository.Id : null;
    }

    /// <summary>It opens nothing that is there. Whoever may not delete leaves it, and a check names it.</summary>
    private static async Task RemoveStrayAsync(IObjectStore store, string slot, CancellationToken cancellationToken)
    {
        try
        {
            await store.DeleteAsync([slot], cancellationToken);
        }
        catch (EngineException denied) when (denied.Fault is EngineFault.Denied)
        {
        }
    }

    /// <summary>Opens a repository with a passphrase or recovery key.</summary>
    public static async Task<Repository> OpenAsync(IObjectStore store, RepositorySecret secret, CancellationToken cancellationToken)
    {
        var descriptor = await ReadDescriptorAsync(store, cancellationToken);
        var names = (await store.ListAllAsync(ObjectNames.Keys, cancellationToken)).Select(item => item.Name).Order().ToArray();
        if (names.Length == 0)
        {
            throw descriptor is null
                ? new EngineException(EngineFault.NoRepository, $"There is no repository at {store.Location}.", "Is its disk mounted, and MMDR_Repository__Url right? `mmdr repository init` makes a new one.")
                : new EngineException(EngineFault.Damaged, $"The repository at {store.Location} has no key slot left: without one nothing in it can be read.", "Put a copy of an object below keys/ back.");
        }

        var (slots, faults) = await ReadableSlotsAsync(store, names, cancellationToken);
        foreach (var slot in OwnSlots(slots, descriptor, faults))
        {
            if (slot.Unwrap(secret.Value) is { } key)
            {
                return new Repository(store, key);
            }
        }

        var damage = faults.Count == 0 ? "" : " " + string.Join(" ", faults);
        throw new EngineException(EngineFault.WrongKey, $"None of the {names.Length} key slots of {store.Location} opens with this passphrase.{damage}", "Check MMDR_Repository__Passphrase (or ...File, ...Command); a recovery key can be given in its place.");
    }

    /// <summary>
    /// Whether the repository is still where it was opened. A disk that is not mounted any more leaves an empty directory behind, and what
    /// were written there would be found by nobody.
    /// </summary>
    public static async Task<bool> IsThereAsync(Repository repository, CancellationToken cancellationToken) =>
        await ReadDescriptorAsync(repository.Store, cancellationToken) is { } descriptor
            ? descriptor.Id == repository.Id
            : (await KeySlotIdsAsync(repository, cancellationToken)).Length > 0;

    /// <summary>Lists the key slots: id, kind, label, time.</summary>
    public static async Task<IReadOnlyList<KeySlotInfo>> KeySlotsAsync(Repository repository, CancellationToken cancellationToken)
    {
        var slots = new List<KeySlotInfo>();
        foreach (var item in await repository.Store.ListAllAsync(ObjectNames.Keys, cancellationToken))
        {
            var slot = KeySlot.ParseOwn(await repository.Store.ReadAllAsync(item.Name, SlotLimit, cancellationToken), item.Name, repository.Id);
            slots.Add(new KeySlotInfo(ObjectNames.IdOf(item.Name)!.Value, slot.Kind, slot.Label, slot.CreatedAt));
        }

        return [.. slots.OrderBy(slot => slot.CreatedAt)];
    }

    /// <summary>The ids of the key slots, readable or not.</summary>
    internal static async Task<BlobId[]> KeySlotIdsAsync(Repository repository, CancellationToken cancellationToken) =>
        [.. (await repository.Store.ListAllAsync(ObjectNames.Keys, cancellationToken)).Select(item => ObjectNames.IdOf(item.Name)).OfType<BlobId>().Order()];

    /// <summary>Adds a passphrase.</summary>
    public static Task<BlobId> AddPassphraseAsync(Repository repository, RepositorySecret secret, string? label, TimeProvider time, CancellationToken cancellationToken) =>
        secret.IsEmpty
            ? throw new EngineException(EngineFault.Invalid, "The new passphrase is empty.")
            : AddSlotAsync(repository, KeyKind.Passphrase, secret.Value, label, time, cancellationToken);

    /// <summary>Adds a recovery key and gives back its text, which is stored nowhere.</summary>
    public static async Task<(BlobId Id, string Text)> AddRecoveryKeyAsync(Repository repository, string? label, TimeProvider time, CancellationToken cancellationToken)
    {
        var text = RecoveryKey.Generate();
        return (await AddSlotAsync(repository, KeyKind.Recovery, RecoveryKey.SecretOf(text), label, time, cancellationToken), text);
    }

    /// <summary>Removes a key slot, never the last one.</summary>
    public static Task<BlobId> RemoveKeySlotAsync(Repository repository, string prefix, string actor, TimeProvider time, CancellationToken cancellationToken) =>
        KeySlotRemoval.RunAsync(repository, prefix, actor, time, cancellationToken);

    private static async Task<BlobId> AddSlotAsync(Repository repository, KeyKind kind, string secret, string? label, TimeProvider time, CancellationToken cancellationToken)
    {
        var slot = KeySlot.Wrap(repository.Key, kind, secret, label, time.GetUtcNow());
        var stored = slot.ToBytes();
        var id = ObjectNames.HashOf(stored);
        if (KeySlot.Parse(stored, ObjectNames.Keys + id).Unwrap(secret)?.Secret.SequenceEqual(repository.Key.Secret) is not true)
        {
            throw new InvalidDataException("A new key slot did not open; it was not written.");
        }

        await repository.Store.CreateAsync(ObjectNames.Keys + id, stored, cancellationToken);
        return id;
    }

    private static EngineException MadeByOther(IObjectStore store) => new(EngineFault.Conflict, $"Another init made a repository at {store.Location} just now.", "Use that one, if it is yours.");

    /// <summary>What an init with this secret has left that was cut off; null in an empty place.</summary>
    /// <exception cref="EngineException">Conflict: something else is there.</exception>
    private static async Task<Repository?> BegunAsync(IObjectStore store, RepositorySecret secret, CancellationToken cancellationToken)
    {
        var (slot, other) = await FirstOfAsync(store, cancellationToken);
        if (other is not null)
        {
            throw NotEmpty(store, other, "Give an empty place, or use the repository that is there.");
        }

        try
        {
            return slot is null ? null : await OpenAsync(store, secret, cancellationToken);
        }
        catch (EngineException closed) when (closed.Fault is EngineFault.WrongKey or EngineFault.Damaged)
        {
            throw NotEmpty(store, slot!, "An init that was cut off left it: use the passphrase of that one, or an empty place.");
        }
    }

    /// <summary>A key slot, and something else than key slots and probes, where there is such a thing.</summary>
    private static async Task<(string? Slot, string? Other)> FirstOfAsync(IObjectStore store, CancellationToken cancellationToken)
    {
        string? slot = null;
        await foreach (var item in store.ListAsync("", cancellationToken))
        {
            if (item.Name.StartsWith(ObjectNames.Keys, StringComparison.Ordinal))
            {
                slot = item.Name;
            }
            else if (!item.Name.StartsWith(StoreProbe.Folder, StringComparison.Ordinal))
            {
                return (slot, item.Name);
            }
        }

        return (slot, null);
    }

    private static EngineException NotEmpty(IObjectStore store, string found, string hint) =>
        new(EngineFault.Conflict, $"{store.Location} is not empty: it holds {found}.", hint);

    /// <summary>Null where it is missing or damaged.</summary>
    internal static async Task<RepositoryDescriptor?> ReadDescriptorAsync(IObjectStore store, CancellationToken cancellationToken)
    {
        try
        {
            return RepositoryDescriptor.Parse(await store.ReadAllAsync(ObjectNames.Descriptor, SlotLimit, cancellationToken));
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (EngineException damaged) when (damaged.Fault is EngineFault.Damaged)
        {
            // The key slots repeat what it says; check reports it.
            return null;
        }
    }

    internal static async Task<(List<(string Name, KeySlot Slot)> Slots, List<string> Faults)> ReadableSlotsAsync(IObjectStore store, IEnumerable<string> names, CancellationToken cancellationToken)
    {
        var (slots, faults) = (new List<(string, KeySlot)>(), new List<string>());
        foreach (var name in names)
        {
            try
            {
                slots.Add((name, KeySlot.Parse(await store.ReadAllAsync(name, SlotLimit, cancellationToken), name)));
            }
            catch (FileNotFoundException)
            {
                // Removed since it was listed.
            }
            catch (EngineException fault) when (fault.Fault is EngineFault.Damaged)
            {
                faults.Add(fault.Message);
            }
        }

        return (slots, faults);
    }

    /// <summary>Slots of the descriptor's repository; when there is not one, it is the descriptor that is damaged.</summary>
    private static IEnumerable<KeySlot> OwnSlots(List<(string Name, KeySlot Slot)> slots, RepositoryDescriptor? descriptor, List<string> faults)
    {
        if (descriptor is null || slots.All(item => item.Slot.Repository != descriptor.Id))
        {
            return slots.Select(item => item.Slot);
        }

        faults.AddRange(slots.Where(item => item.Slot.Repository != descriptor.Id).Select(item => $"{item.Name} belongs to another repository ({item.Slot.Repository})."));
        return slots.Where(item => item.Slot.Repository == descriptor.Id).Select(item => item.Slot);
    }
}
