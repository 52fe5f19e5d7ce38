using MmDrBot.Engine.ObjectStores;

namespace MmDrBot.Engine.Replication;

/// <summary>
/// Puts the right bytes under a name that holds others. Objects are written once, so that nothing but proof (the hash in the name) may
/// lead here. Where a lock or the credentials forbid deleting, the bytes become a new version on top.
/// </summary>
internal static class ObjectReplacement
{
    internal static async Task RunAsync(IObjectStore store, string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        if (store.Versions is { Lock: not null } locked)
        {
            await locked.PutAsync(name, content, cancellationToken);
            return;
        }

        try
        {
            await store.DeleteAsync([name], cancellationToken);
        }
        catch (EngineException denied) when (denied.Fault is EngineFault.Denied && store.Versions is { } versions)
        {
            await versions.PutAsync(name, content, cancellationToken);
            return;
        }

        await store.CreateAsync(name, content, cancellationToken);
    }
}
