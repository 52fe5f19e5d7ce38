using System.Collections.Concurrent;
using System.Security.Cryptography;
using MmDrBot.Engine.ObjectStores;
using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Locking;

/// <summary>
/// Keeps locks from running out: what is still needed is locked for a whole period again once less than half of it is left. A deduplicated
/// pack is as old as its first backup, so that without this an old pack of a new restore point could be deleted.
/// </summary>
public sealed class LockKeeper(Repository repository, TimeProvider time)
{
    private const int Parallelism = 8;
    private const int Samples = 16;
    private const int Enough = 8;

    /// <summary>Looks after all locks.</summary>
    /// <returns>How they stand; null when no lock is asked for.</returns>
    /// <exception cref="EngineException">Something could not be locked long enough, or a pack was written over.</exception>
    public async Task<LockReport?> ExtendAsync(CancellationToken cancellationToken)
    {
        if (repository.Store.Versions is not { Lock: { } wanted } store)
        {
            return null;
        }

        await store.RequireLockAsync(cancellationToken);
        var (targets, tampered) = await LockTargets.FindAsync(repository, store, cancellationToken);
        var round = new Round(store, wanted, time.GetUtcNow(), await LockRecord.ReadNewestAsync(repository, cancellationToken));
        await round.RunAsync(targets, cancellationToken);
        if (round.HasNews(targets))
        {
            await LockRecord.Of(time.GetUtcNow(), round.Seen).WriteAsync(repository, cancellationToken);
        }

        round.ThrowIfFailed(repository.Location, targets.Count);
        ThrowIfUnsafe(tampered);
        return new LockReport
        {
            Mode = wanted.Mode,
            Objects = targets.Count,
            Extended = round.Extended,
            Asked = round.Asked,
            Until = round.Seen.IsEmpty ? null : round.Seen.Values.Min(item => item.Until),
            Warnings = [.. tampered.Select(item => item.Describe()), .. round.Warnings],
        };
    }

    /// <summary>A pack that was written over may have the right size: a restore point must not be built on it.</summary>
    private static void ThrowIfUnsafe(IReadOnlyList<TamperedObject> tampered)
    {
        if (tampered.FirstOrDefault(item => !item.History.IsHidden && item.Name.StartsWith(ObjectNames.Packs, StringComparison.Ordinal)) is { } pack)
        {
            throw new EngineException(EngineFault.Damaged, $"{pack.Describe()} Nothing can be built on it.", "Bring it back with `mmdr repository recover-hidden`, then find out whose credentials were used.");
        }
    }

    /// <summary>One round over all versions.</summary>
    private sealed class Round(IVersionedStore store, ObjectLock wanted, DateTimeOffset now, Dictionary<LockRecord.Item, Retention> known)
    {
        private readonly ConcurrentQueue<(string Name, Exception Failure)> _failures = [];
        private readonly ConcurrentQueue<string> _shortened = [];
        private int _extended;
        private int _asked;
        private int _weaker;

        internal ConcurrentDictionary<LockRecord.Item, Retention> Seen { get; } = [];

        internal int Extended => _extended;

        internal int Asked => _asked;

        internal IEnumerable<string> Warnings => _weaker == 0
            ? _shortened
            : [.. _shortened, $"{_weaker} objects of {Seen.Count} were locked in governance mode before the settings said compliance, and stay so: a store lets nobody change that who may not bypass locks."];

        internal bool HasNews(IReadOnlyList<StoredVersion> targets) => _extended > 0 || _asked > 0 || known.Count != targets.Count;

        internal async Task RunAsync(IReadOnlyList<StoredVersion> targets, CancellationToken cancellationToken)
        {
            // The record is believed, but not blindly.
            var numbers = Enumerable.Range(0, targets.Count).ToArray();
            RandomNumberGenerator.Shuffle(numbers.AsSpan());
            var sample = numbers.Take(Samples).ToHashSet();
            var options = new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(targets.Select((version, number) => (Version: version, IsSample: sample.Contains(number))), options, async (target, token) => await TryAsync(target.Version, target.IsSample, token));
        }

        internal void ThrowIfFailed(string location, int count)
        {
            if (_failures.TryPeek(out var first))
            {
                var others = _failures.Count > 1 ? $" (and at least {_failures.Count - 1} more)" : "";
                throw new EngineException(
                    first.Failure is EngineException { Fault: var fault } ? fault : EngineFault.Unavailable,
                    $"{first.Name}{others} of {count} objects in {location} could not be locked for longer: {first.Failure.Message}",
                    "Their locks run out. The credentials need s3:PutObjectRetention and s3:GetObjectRetention; try again with `mmdr repository extend-locks`.",
                    first.Failure);
            }
        }

        private async Task TryAsync(StoredVersion version, bool isSample, CancellationToken cancellationToken)
        {
            if (_failures.Count >= Enough)
            {
                return;
            }

            try
            {
                await KeepAsync(version, isSample, cancellationToken);
            }
            catch (Exception failure) when (failure is EngineException or IOException)
            {
                _failures.Enqueue((version.Name, failure));
            }
        }

        private async Task KeepAsync(StoredVersion version, bool isSample, CancellationToken cancellationToken)
        {
            var item = new LockRecord.Item(version.Name, version.Version);
            var (isKnown, held) = known.TryGetValue(item, out var recorded) ? (true, recorded) : (false, (Retention?)null);
            if (!isKnown || isSample)
            {
                Interlocked.Increment(ref _asked);
                var found = await store.FindRetentionAsync(version.Name, version.Version, cancellationToken);
                if (isKnown && (found is null || found.Value.Until < recorded.Until || found.Value.Mode < recorded.Mode))
                {
                    _shortened.Enqueue($"{version.Name} was locked until {recorded.Until:u}, and is {(found is { } less ? $"only until {less.Until:u}" : "not any more")}: somebody bypassed the lock.");
                }

                held = found;
            }

            if (held is not { } enough || enough.Until < now + (wanted.Period / 2))
            {
                held = await ExtendAsync(version, held, cancellationToken);
            }

            if (held.Value.Mode < wanted.Mode)
            {
                Interlocked.Increment(ref _weaker);
            }

            Seen[item] = held.Value;
        }

        private async Task<Retention> ExtendAsync(StoredVersion version, Retention? held, CancellationToken cancellationToken)
        {
            // Stores let only those change a lock's mode who may bypass locks: an object keeps the one that it has.
            var retention = wanted.From(now) with { Mode = held?.Mode ?? wanted.Mode };
            await store.RetainAsync(version.Name, version.Version, retention, cancellationToken);
            Interlocked.Increment(ref _extended);
            return retention;
        }
    }
}
