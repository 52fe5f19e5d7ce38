using MmDrBot.Engine.ObjectStores;
using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Locking;

/// <summary>
/// Brings back what somebody hid by delete markers or wrote over. What lies on top is removed where the store lets us; where it does not
/// (credentials that may not delete versions), the good bytes are written on top once more. Nothing else is touched.
/// </summary>
public static class HiddenRecovery
{
    /// <summary>Opens a repository even while its key slots and its descriptor are hidden.</summary>
    public static async Task<Repository> OpenAsync(IObjectStore store, RepositorySecret secret, CancellationToken cancellationToken)
    {
        try
        {
            return await RepositoryAccess.OpenAsync(store, secret, cancellationToken);
        }
        catch (EngineException closed) when (closed.Fault is EngineFault.NoRepository or EngineFault.Damaged or EngineFault.WrongKey)
        {
            if (store.Versions is { } versions && await FindKeyAsync(versions, secret, cancellationToken) is { } key)
            {
                return new Repository(store, key);
            }

            throw;
        }
    }

    /// <summary>Looks for what was hidden or written over, in stores that keep versions.</summary>
    /// <returns>A sentence for each object, and a note where it could not be looked for.</returns>
    internal static async Task<(IReadOnlyList<string> Tampered, string? Note)> LookAsync(Repository repository, CancellationToken cancellationToken)
    {
        if (repository.Store.Versions is not { } store)
        {
            return ([], null);
        }

        try
        {
            var tampered = await new TamperFinder(repository, store).FindAsync(await ObjectHistory.ReadAllAsync(store, "", cancellationToken), cancellationToken);
            return ([.. tampered.Select(item => item.Describe())], null);
        }
        catch (Exception failure) when (failure is IOException or EngineException)
        {
            return ([], store.Lock is null ? null : $"Whether objects were hidden by delete markers or written over was not looked at: {failure.Message}");
        }
    }

    /// <summary>Recovers.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="dryRun">Only say what would be done.</param>
    /// <param name="forgottenSince">Also takes back what was forgotten from this time on, by the store's clock: whoever has the passphrase can forget, too.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the work; what was brought back by then stays.</param>
    public static async Task<HiddenRecoveryResult> RunAsync(Repository repository, bool dryRun, DateTimeOffset? forgottenSince, TimeProvider time, CancellationToken cancellationToken)
    {
        if (repository.Store.Versions is not { } store)
        {
            throw new EngineException(EngineFault.Invalid, $"{repository.Location} keeps no versions, so nothing is hidden in it.", "This is for buckets with versioning or Object Lock.");
        }

        var histories = await ObjectHistory.ReadAllAsync(store, "", cancellationToken);
        var recalled = forgottenSince is { } since ? await Recall.RunAsync(repository, store, histories, since, dryRun, time, cancellationToken) : new HashSet<BlobId>();
        var tampered = await new TamperFinder(repository, store) { Recalled = recalled }.FindAsync(histories, cancellationToken);
        var lost = tampered.Where(item => item.Good is null).Select(item => item.Describe()).ToList();
        var (recovered, written) = (new List<string>(), 0);
        foreach (var item in tampered.Where(item => item.Good is not null))
        {
            if (dryRun || await BringBackAsync(repository, store, item, () => written++, cancellationToken))
            {
                recovered.Add(item.Name);
            }
            else
            {
                lost.Add($"{item.Name}: the version that is left does not have the hash that its name says.");
            }
        }

        return new HiddenRecoveryResult(recovered, written, lost, [.. recalled.Select(id => id.ToString()).Order(StringComparer.Ordinal)]);
    }

    private static async Task<bool> BringBackAsync(Repository repository, IVersionedStore store, TamperedObject item, Action onWrite, CancellationToken cancellationToken)
    {
        foreach (var version in item.History.Versions.TakeWhile(version => version != item.Good))
        {
            if (!await store.TryDeleteAsync(item.Name, version.Version, cancellationToken))
            {
                var content = await store.ReadAsync(item.Good!, cancellationToken);
                if (!new GoodVersions(repository, store).IsGood(item.Name, content))
                {
                    return false;
                }

                await store.PutAsync(item.Name, content, cancellationToken);
                onWrite();
                return true;
            }
        }

        return true;
    }

    private static async Task<MasterKey?> FindKeyAsync(IVersionedStore versions, RepositorySecret secret, CancellationToken cancellationToken)
    {
        foreach (var version in (await ObjectHistory.ReadAllAsync(versions, ObjectNames.Keys, cancellationToken)).SelectMany(history => history.Contents).Where(version => version.Size <= RepositoryAccess.SlotLimit))
        {
            var content = await versions.ReadAsync(version, cancellationToken);
            if (ObjectNames.HashOf(content) != ObjectNames.IdOf(version.Name))
            {
                continue;
            }

            try
            {
                if (KeySlot.Parse(content, version.Name).Unwrap(secret.Value) is { } key)
                {
                    return key;
                }
            }
            catch (EngineException damaged) when (damaged.Fault is EngineFault.Damaged)
            {
                // Another slot may open.
            }
        }

        return null;
    }
}

/// <summary>What was brought back.</summary>
/// <param name="Recovered">Names of the objects that are back, or would be.</param>
/// <param name="Rewritten">How many of them had to be written again, since the store did not let us remove what lay on top.</param>
/// <param name="Lost">A sentence for each object that could not be brought back.</param>
/// <param name="Recalled">Ids of restore points that are forgotten no more.</param>
public sealed record HiddenRecoveryResult(IReadOnlyList<string> Recovered, int Rewritten, IReadOnlyList<string> Lost, IReadOnlyList<string> Recalled);
