using MmDrBot.Engine.Keeping;
using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Maintenance;

/// <summary>Forgets restore points: a tombstone first, so that a manifest which merely vanished is noticed.</summary>
public static class ForgetRestorePoint
{
    /// <summary>Forgets one, whole or damaged; its packs stay until prune.</summary>
    /// <exception cref="EngineException">Conflict: it is pinned or held. Damaged: a record can't be read that may be a pin.</exception>
    public static async Task RunAsync(Repository repository, BlobId id, string actor, TimeProvider time, CancellationToken cancellationToken)
    {
        var book = new PinBook(repository);
        async Task<Pin?> PinAsync(CancellationToken token) => (await book.ReadAsync(token)).Where(pin => pin.RestorePoint == id).MaxBy(pin => pin.Kind);
        if ((await PinAsync(cancellationToken) ?? await Forgetting.RunAsync(repository, id, actor, time, PinAsync, cancellationToken)) is { } pin)
        {
            throw new EngineException(
                EngineFault.Conflict,
                $"Restore point {id.ToString()[..8]} is {pin.Describe()}.",
                pin.Kind is PinKind.Hold ? $"A legal hold ends only by `mmdr restore-point release {id.ToString()[..8]} --reason TEXT`." : $"Take the pin away first: `mmdr restore-point unpin {id.ToString()[..8]}`.");
        }
    }
}
