using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Maintenance;

/// <summary>Forgets restore points: a tombstone first, so that a manifest which merely vanished is noticed.</summary>
public static class ForgetRestorePoint
{
    /// <summary>Forgets one; its packs stay until prune.</summary>
    public static async Task RunAsync(Repository repository, RestorePoint point, string actor, TimeProvider time, CancellationToken cancellationToken)
    {
        await repository.WriteJsonAsync(ObjectKind.Tombstone, new Tombstone(Tombstone.RestorePoint, point.Id, time.GetUtcNow(), actor), cancellationToken);
        await repository.Store.DeleteAsync([ObjectNames.Of(ObjectKind.Manifest, point.Id)], cancellationToken);
    }
}
