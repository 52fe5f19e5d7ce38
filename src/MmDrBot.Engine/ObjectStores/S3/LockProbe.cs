using System.Security.Cryptography;
using Amazon.S3;
using Amazon.S3.Model;

namespace MmDrBot.Engine.ObjectStores.S3;

/// <summary>Proves a lock by trying to break it: writes an object that is locked for a few minutes, and tries to delete it and to shorten its lock.</summary>
internal static class LockProbe
{
    private static readonly TimeSpan Lasts = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Stale = TimeSpan.FromMinutes(10);

    internal static async Task<IReadOnlyList<ProbeResult>> RunAsync(S3ObjectStore store, BucketFacts facts, TimeProvider time, CancellationToken cancellationToken)
    {
        if (store.Address.Lock is not { } wanted || facts.LocksObjects is not true)
        {
            return [];
        }

        const string Promise = "a locked object can't be deleted, nor its lock shortened";
        var name = $"{StoreProbe.Folder}{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}/lock";
        var until = (time.GetUtcNow() + (facts.ClockAhead ?? TimeSpan.Zero) + Lasts).ToUniversalTime();
        try
        {
            await ClearAsync(store, time, cancellationToken);
            var retention = new ObjectLock(wanted.Mode, Lasts).From(until - Lasts);
            var version = await store.Calls.RunAsync("write", name, () => store.VersionsOfBucket.PutAsync(name, "locked"u8.ToArray(), null, retention, cancellationToken), cancellationToken);
            var fault = version is null ? "the bucket gave it no version" : await BreakAsync(store, name, version, retention, cancellationToken);
            return fault is null
                ? [new ProbeResult(Promise, true, "the store refused both"), .. await CredentialsAsync(store, facts, name, version!, wanted, cancellationToken)]
                : [new ProbeResult(Promise, false, fault)];
        }
        catch (Exception failure) when (failure is IOException or EngineException)
        {
            return [new ProbeResult(Promise, false, failure.Message)];
        }
    }

    private static async Task<string?> BreakAsync(S3ObjectStore store, string name, string version, Retention retention, CancellationToken cancellationToken)
    {
        var versions = store.VersionsOfBucket;
        if (await versions.FindRetentionAsync(name, version, cancellationToken) is not { } held || held.Mode != retention.Mode || held.Until < retention.Until)
        {
            return "the store took the lock and does not show it";
        }

        if (await versions.TryDeleteAsync(name, version, cancellationToken))
        {
            return "its version was deleted while it was locked";
        }

        return await IsShortenedAsync(store, name, version, retention, cancellationToken) ? "its lock was shortened" : null;
    }

    /// <summary>What the store shows afterwards decides: an error on the way proves nothing.</summary>
    private static async Task<bool> IsShortenedAsync(S3ObjectStore store, string name, string version, Retention retention, CancellationToken cancellationToken)
    {
        await TryAsync(() => store.VersionsOfBucket.RetainAsync(name, version, retention with { Until = retention.Until - (Lasts / 2) }, cancellationToken));
        return await store.VersionsOfBucket.FindRetentionAsync(name, version, cancellationToken) is not { } held || held.Until < retention.Until;
    }

    /// <summary>What whoever steals our credentials could do.</summary>
    private static async Task<IReadOnlyList<ProbeResult>> CredentialsAsync(S3ObjectStore store, BucketFacts facts, string name, string version, ObjectLock wanted, CancellationToken cancellationToken)
    {
        var results = new List<ProbeResult>();
        if (wanted.Mode is LockMode.Governance)
        {
            var bypassed = await BypassesAsync(store, name, version, cancellationToken);
            results.Add(new ProbeResult("these credentials can't bypass governance locks", true, bypassed ? "they can: whoever steals them can delete everything. Deny them s3:BypassGovernanceRetention, or use compliance" : "the store refused", bypassed));
        }

        if (facts.DefaultLock is null)
        {
            var free = name[..^"lock".Length] + "free";
            var written = await store.Calls.RunAsync("write", free, () => store.VersionsOfBucket.PutAsync(free, "free"u8.ToArray(), null, null, cancellationToken), cancellationToken);
            var deleted = await store.VersionsOfBucket.TryDeleteAsync(free, written!, cancellationToken);
            results.Add(new ProbeResult("these credentials can't delete versions", true, deleted ? "they can, once locks have run out. Prune frees space so; a server that only backs up should not: deny it s3:DeleteObjectVersion" : "the store refused", deleted));
        }

        await TryAsync(() => store.DeleteAsync([name], CancellationToken.None));
        return results;
    }

    private static Task<bool> BypassesAsync(S3ObjectStore store, string name, string version, CancellationToken cancellationToken) => store.Calls.RunAsync("delete", name, async () =>
    {
        try
        {
            await store.Client.DeleteObjectAsync(new DeleteObjectRequest { BucketName = store.Address.Bucket, Key = store.Address.Prefix + name, VersionId = version, BypassGovernanceRetention = true }, cancellationToken);
            return true;
        }
        catch (AmazonS3Exception refused) when (S3Versions.IsRefusal(refused))
        {
            return false;
        }
    }, cancellationToken);

    /// <summary>Locked probes of earlier runs, once their locks have run out.</summary>
    private static async Task ClearAsync(S3ObjectStore store, TimeProvider time, CancellationToken cancellationToken) => await TryAsync(async () =>
    {
        await foreach (var version in store.VersionsOfBucket.ListAsync(StoreProbe.Folder, cancellationToken))
        {
            if (time.GetUtcNow() - version.Modified > Stale && !await store.VersionsOfBucket.TryDeleteAsync(version.Name, version.Version, cancellationToken))
            {
                return;
            }
        }
    });

    private static async Task TryAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception failure) when (failure is IOException or EngineException)
        {
            // What stays below probe/ is in nobody's way; what was tried is judged by what the store shows.
        }
    }
}
