using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Maintenance;

/// <summary>Forgets restore points: a tombstone first, so that a manifest which merely vanished is noticed.</summary>
public static class ForgetRestorePoint
{
    /// <summary>Forgets one, whole or damaged; its packs stay until prune.</summary>
    public static async Task RunAsync(Repository repository, BlobId id, string actor, TimeProvider time, CancellationToken cancellationToken)
    {
        await repository.WriteJsonAsync(ObjectKind.Tombstone, new Tombstone(Tombstone.RestorePoint, id, time.GetUtcNow(), actor), cancellationToken);
        await repository.Store.DeleteAsync([ObjectNames.Of(ObjectKind.Manifest, id)], cancellationToken);
    }
}
