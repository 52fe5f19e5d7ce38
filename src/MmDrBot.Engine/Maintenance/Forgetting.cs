using MmDrBot.Engine.ObjectStores;
using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Maintenance;

/// <summary>
/// The order in which a restore point goes: tombstone, another look, deletion. Whoever has a reason against it writes that down first and
/// then looks for tombstones, so that one of the two notices the other.
/// </summary>
internal static class Forgetting
{
    /// <param name="repository">Where.</param>
    /// <param name="id">What.</param>
    /// <param name="actor">Who.</param>
    /// <param name="time">The clock.</param>
    /// <param name="objection">The other look: what speaks against it now, or null.</param>
    /// <param name="cancellationToken">Ends it; what is begun is finished by the next retention run.</param>
    /// <returns>The objection for which it was taken back; null when it is forgotten.</returns>
    internal static async Task<T?> RunAsync<T>(Repository repository, BlobId id, string actor, TimeProvider time, Func<CancellationToken, Task<T?>> objection, CancellationToken cancellationToken)
        where T : class
    {
        var said = await WriteAsync(repository, Tombstone.RestorePoint, id, actor, time.GetUtcNow(), cancellationToken);
        if (await objection(cancellationToken) is { } against)
        {
            await TakeBackAsync(repository, id, actor, said, cancellationToken);
            return against;
        }

        await repository.Store.DeleteAsync([ObjectNames.Of(ObjectKind.Manifest, id)], cancellationToken);
        return null;
    }

    private static async Task TakeBackAsync(Repository repository, BlobId id, string actor, DateTimeOffset said, CancellationToken cancellationToken)
    {
        var latest = (await repository.TombstonesAsync(static _ => { }, cancellationToken)).Where(stone => stone.Target == id).Select(stone => stone.At).Append(said).Max();
        await WriteAsync(repository, Tombstone.Recalled, id, actor, latest.AddTicks(1), cancellationToken);
        if (await repository.Store.FindAsync(ObjectNames.Of(ObjectKind.Manifest, id), cancellationToken) is null)
        {
            // Somebody else forgot it at the same moment and was quicker: then it is forgotten, not lost.
            await WriteAsync(repository, Tombstone.RestorePoint, id, actor, latest.AddTicks(2), cancellationToken);
        }
    }

    private static async Task<DateTimeOffset> WriteAsync(Repository repository, string kind, BlobId id, string actor, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await repository.WriteJsonAsync(ObjectKind.Tombstone, new Tombstone(kind, id, at, actor), cancellationToken);
        return at;
    }
}
