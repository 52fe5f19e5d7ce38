using System.Collections.Concurrent;
using MmDrBot.Engine.ObjectStores;
using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Locking;

/// <summary>How long the locks of what is still needed last, told without locking anything: whether anybody keeps them from running out.</summary>
/// <param name="Objects">Objects that have to stay locked.</param>
/// <param name="Unlocked">Of those, how many have no lock, or one that is over.</param>
/// <param name="FirstEnd">When the first of their locks ends; null when none has any.</param>
/// <param name="Period">How long a lock lasts when it is new.</param>
public sealed record LockOutlook(int Objects, int Unlocked, DateTimeOffset? FirstEnd, TimeSpan Period)
{
    private const int Parallelism = 8;

    /// <summary>Objects are asked about one by one: of many that nothing is known of, the oldest end first.</summary>
    private const int AtMost = 256;

    /// <summary>Believes the note that <see cref="LockKeeper"/> leaves, and asks about what that does not know.</summary>
    /// <returns>How they stand; null when no lock is asked for.</returns>
    public static async Task<LockOutlook?> ReadAsync(Repository repository, TimeProvider time, CancellationToken cancellationToken)
    {
        if (repository.Store.Versions is not { Lock: { } wanted } store)
        {
            return null;
        }

        var (targets, _) = await LockTargets.FindAsync(repository, store, cancellationToken);
        var known = await LockRecord.ReadNewestAsync(repository, cancellationToken);
        var ends = new ConcurrentBag<DateTimeOffset?>(targets.Select(target => known.TryGetValue(ItemOf(target), out var held) ? held.Until : (DateTimeOffset?)null).Where(end => end is not null));
        var unknown = targets.Where(target => !known.ContainsKey(ItemOf(target))).OrderBy(target => target.Modified).Take(AtMost);
        await Parallel.ForEachAsync(
            unknown,
            new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken },
            async (target, token) => ends.Add((await store.FindRetentionAsync(target.Name, target.Version, token))?.Until));
        return new LockOutlook(targets.Count, ends.Count(end => end is null || end <= time.GetUtcNow()), ends.Where(end => end is not null).Min(), wanted.Period);
    }

    private static LockRecord.Item ItemOf(StoredVersion version) => new(version.Name, version.Version);
}
