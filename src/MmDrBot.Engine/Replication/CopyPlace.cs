using MmDrBot.Engine.ObjectStores;
using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Replication;

/// <summary>Makes sure that a store may take a copy with the keys of its source: it is empty, or holds that copy already.</summary>
internal static class CopyPlace
{
    /// <exception cref="EngineException">Conflict: it holds something else.</exception>
    internal static async Task PrepareAsync(Repository source, IObjectStore target, CancellationToken cancellationToken)
    {
        var descriptor = await RepositoryAccess.ReadDescriptorAsync(target, cancellationToken);
        if (descriptor is not null && descriptor.Id != source.Id)
        {
            throw new EngineException(EngineFault.Conflict, $"{target.Location} holds repository {descriptor.Id}, which is no copy of {source.Id}; nothing was written.", "Give the copy an empty place. If it is a copy with a key of its own, set its passphrase (MMDR_Repositories__NAME__PassphraseFile).");
        }

        if (descriptor is null)
        {
            await RequireEmptyAsync(source, target, cancellationToken);
            var content = new RepositoryDescriptor(source.Id).ToBytes();
            if (!await target.CreateAsync(ObjectNames.Descriptor, content, cancellationToken) && (await RepositoryAccess.ReadDescriptorAsync(target, cancellationToken))?.Id != source.Id)
            {
                await ObjectReplacement.RunAsync(target, ObjectNames.Descriptor, content, cancellationToken);
            }
        }
    }

    /// <summary>Where the descriptor alone is lost or damaged, a key slot tells whose the place is.</summary>
    private static async Task RequireEmptyAsync(Repository source, IObjectStore target, CancellationToken cancellationToken)
    {
        var names = (await target.ListAllAsync(ObjectNames.Keys, cancellationToken)).Select(item => item.Name);
        var (slots, _) = await RepositoryAccess.ReadableSlotsAsync(target, names, cancellationToken);
        if (slots.Any(item => item.Slot.Repository == source.Id))
        {
            return;
        }

        await foreach (var item in target.ListAsync("", cancellationToken))
        {
            if (item.Name.StartsWith(StoreProbe.Folder, StringComparison.Ordinal))
            {
                continue;
            }

            // Another replication may have begun just now.
            if ((await RepositoryAccess.ReadDescriptorAsync(target, cancellationToken))?.Id != source.Id)
            {
                throw new EngineException(EngineFault.Conflict, $"{target.Location} is not empty: it holds {item.Name}, and nothing says that it is a copy of {source.Id}; nothing was written.", "Give the copy an empty place.");
            }
        }
    }
}
