namespace MmDrBot.Engine.Repositories;

/// <summary>
/// Removes a key slot, never the last one, even when several hosts remove at once: each says first (by its tombstone) what it is about to
/// remove, and then looks whether a slot is left that nobody said that of. Whoever says it last sees all the others; so of those who would
/// remove the last slots together at least one backs out.
/// </summary>
internal static class KeySlotRemoval
{
    internal static async Task<BlobId> RunAsync(Repository repository, string prefix, string actor, TimeProvider time, CancellationToken cancellationToken)
    {
        var target = await FindAsync(repository, prefix, cancellationToken);
        if (!await AnyIsLeftAsync(repository, [target], cancellationToken))
        {
            throw new EngineException(EngineFault.Conflict, "This is the last key slot: without it nothing in the repository can be read.", "Add another key first.");
        }

        var said = await repository.WriteJsonAsync(ObjectKind.Tombstone, new Tombstone(Tombstone.KeySlot, target, time.GetUtcNow(), actor), cancellationToken);
        var going = (await repository.TombstonesAsync(static _ => { }, cancellationToken)).Where(tombstone => tombstone.Kind == Tombstone.KeySlot).Select(tombstone => tombstone.Target);
        if (!await AnyIsLeftAsync(repository, going.ToHashSet(), cancellationToken))
        {
            await repository.Store.DeleteAsync([ObjectNames.Of(ObjectKind.Tombstone, said)], cancellationToken);
            throw new EngineException(EngineFault.Conflict, "No key slot would be left: each of the others is being removed too, or its removal was broken off.", "`mmdr key list` shows what is left. Finish the other removal, or add another key, and try again.");
        }

        await repository.Store.DeleteAsync([ObjectNames.Keys + target], cancellationToken);
        return target;
    }

    private static async Task<BlobId> FindAsync(Repository repository, string prefix, CancellationToken cancellationToken)
    {
        var ids = await RepositoryAccess.KeySlotIdsAsync(repository, cancellationToken);
        var matches = prefix.Length < 4 ? [] : ids.Where(id => id.ToString().StartsWith(prefix, StringComparison.OrdinalIgnoreCase)).ToArray();
        return matches.Length == 1
            ? matches[0]
            : throw new EngineException(EngineFault.NotFound, matches.Length == 0 ? $"There is no key slot {prefix}." : $"{matches.Length} key slots begin with {prefix}.", "`mmdr key list` shows them.");
    }

    private static async Task<bool> AnyIsLeftAsync(Repository repository, HashSet<BlobId> going, CancellationToken cancellationToken)
    {
        var others = (await RepositoryAccess.KeySlotIdsAsync(repository, cancellationToken)).Where(id => !going.Contains(id)).Select(id => ObjectNames.Keys + id);
        var (readable, _) = await RepositoryAccess.ReadableSlotsAsync(repository.Store, others, cancellationToken);
        return readable.Any(item => item.Slot.Repository == repository.Id);
    }
}
