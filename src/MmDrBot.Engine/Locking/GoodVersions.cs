using MmDrBot.Engine.ObjectStores;
using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Locking;

/// <summary>Finds the version of an object that holds what this program wrote: the one whose hash is the name.</summary>
internal sealed class GoodVersions(Repository repository, IVersionedStore store)
{
    internal bool IsGood(string name, ReadOnlySpan<byte> content) => name == ObjectNames.Descriptor
        ? content.SequenceEqual(new RepositoryDescriptor(repository.Id).ToBytes())
        : ObjectNames.IdOf(name) is { } id && ObjectNames.HashOf(content) == id;

    /// <summary>Reads from the newest on.</summary>
    internal async Task<(StoredVersion Version, byte[] Content)?> FindAsync(ObjectHistory history, CancellationToken cancellationToken)
    {
        foreach (var version in history.Contents)
        {
            var content = await store.ReadAsync(version, cancellationToken);
            if (IsGood(history.Name, content))
            {
                return (version, content);
            }
        }

        return null;
    }

    /// <summary>The opened content of an object, from whichever version holds it; null when none does.</summary>
    internal async Task<byte[]?> OpenAsync(ObjectKind kind, ObjectHistory history, CancellationToken cancellationToken)
    {
        try
        {
            return await FindAsync(history, cancellationToken) is { } found ? SealedObject.Open(repository.Key, kind, found.Content, history.Name) : null;
        }
        catch (EngineException damaged) when (damaged.Fault is EngineFault.Damaged)
        {
            // Bytes of another repository under a name that fits them.
            return null;
        }
    }
}
