using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace MmDrBot.Engine.ObjectStores.S3;

/// <summary>What a bucket says of itself. What could not be asked is null, with the reason.</summary>
internal sealed record BucketFacts
{
    internal bool? KeepsVersions { get; init; }

    internal bool? LocksObjects { get; init; }

    /// <summary>The lock that objects get which bring none of their own.</summary>
    internal DefaultRetention? DefaultLock { get; init; }

    internal IReadOnlyList<LifecycleRule>? Rules { get; init; }

    /// <summary>How far the server's clock is ahead of ours, in whole seconds.</summary>
    internal TimeSpan? ClockAhead { get; init; }

    /// <summary>Why something is null.</summary>
    internal IReadOnlyList<string> Unknown { get; init; } = [];

    internal static async Task<BucketFacts> ReadAsync(S3ObjectStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        var (unknown, bucket, client) = (new List<string>(), store.Address.Bucket, store.Client);
        var versions = await AskAsync(unknown, async () => await store.Calls.RunAsync("tell the versioning of", bucket, () => client.GetBucketVersioningAsync(bucket, cancellationToken), cancellationToken));
        var locks = await AskAsync(unknown, async () => new Answer<ObjectLockConfiguration>(await store.VersionsOfBucket.ConfigurationAsync(cancellationToken)));
        return new BucketFacts
        {
            KeepsVersions = versions is null ? null : versions.VersioningConfig?.Status == VersionStatus.Enabled,
            LocksObjects = locks is null ? null : locks.Value?.ObjectLockEnabled == ObjectLockEnabled.Enabled,
            DefaultLock = locks?.Value?.Rule?.DefaultRetention,
            Rules = await AskAsync(unknown, () => RulesAsync(store, cancellationToken)),
            ClockAhead = await ClockAsync(client, bucket, time, cancellationToken),
            Unknown = unknown,
        };
    }

    /// <summary>In a bucket that keeps versions an overwritten object is still there, and without the right to delete a prune is not meant.</summary>
    internal ProbeResult Soften(ProbeResult result, bool deletes) => result switch
    {
        { Kept: true } => result,
        _ when KeepsVersions is true && (result.Promise == StoreProbe.OneWins || result.Promise == StoreProbe.NeverReplaces) =>
            result with { Kept = true, Warning = true, Fault = $"{result.Fault}; the bucket keeps the version below, and names are hashes. Conditional writes are not honoured here: prune only with --sole-writer" },
        _ when !deletes && result.Promise == StoreProbe.Deletes =>
            result with { Kept = true, Warning = true, Fault = "these credentials only append; prune needs others. Some objects stay below probe/" },
        _ => result,
    };

    private static async Task<IReadOnlyList<LifecycleRule>> RulesAsync(S3ObjectStore store, CancellationToken cancellationToken) => await store.Calls.RunAsync("tell the lifecycle rules of", store.Address.Bucket, async () =>
    {
        try
        {
            return (await store.Client.GetLifecycleConfigurationAsync(store.Address.Bucket, cancellationToken)).Configuration?.Rules ?? [];
        }
        catch (AmazonS3Exception none) when (none.ErrorCode is "NoSuchLifecycleConfiguration" || (none.StatusCode is System.Net.HttpStatusCode.NotFound && none.ErrorCode != "NoSuchBucket"))
        {
            return [];
        }
    }, cancellationToken);

    private static async Task<TimeSpan?> ClockAsync(AmazonS3Client client, string bucket, TimeProvider time, CancellationToken cancellationToken)
    {
        DateTimeOffset? theirs = null;
        void Note(object sender, ResponseEventArgs arguments)
        {
            if (arguments is WebServiceResponseEventArgs { ResponseHeaders: { } headers } && headers.TryGetValue("Date", out var date) && DateTimeOffset.TryParse(date, System.Globalization.CultureInfo.InvariantCulture, out var parsed))
            {
                theirs = parsed;
            }
        }

        client.AfterResponseEvent += Note;
        try
        {
            await client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = bucket, MaxKeys = 1 }, cancellationToken);
        }
        catch (Exception failure) when (failure is AmazonServiceException or AmazonClientException or HttpRequestException)
        {
            // An answer that refuses carries the time as well.
        }
        finally
        {
            client.AfterResponseEvent -= Note;
        }

        return theirs is { } date2 ? TimeSpan.FromSeconds(Math.Round((date2 - time.GetUtcNow()).TotalSeconds)) : null;
    }

    private static async Task<T?> AskAsync<T>(List<string> unknown, Func<Task<T>> ask)
        where T : class
    {
        try
        {
            return await ask();
        }
        catch (Exception failure) when (failure is EngineException { Fault: EngineFault.Denied } or IOException)
        {
            unknown.Add(failure.Message);
            return null;
        }
    }

    private sealed record Answer<T>(T? Value);
}
