using System.Net;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Amazon.S3;
using Amazon.S3.Model;

namespace MmDrBot.Engine.ObjectStores.S3;

/// <summary>Versions and locks of a bucket. Object Lock counts from the server's clock; ours only names the end.</summary>
internal sealed class S3Versions(AmazonS3Client client, S3Address address, S3Calls calls, TimeProvider time) : IVersionedStore
{
    private bool _proven;

    public ObjectLock? Lock => address.Lock;

    public async IAsyncEnumerable<StoredVersion> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new ListVersionsRequest { BucketName = address.Bucket, Prefix = Key(prefix) };
        do
        {
            var page = await calls.RunAsync("list the versions of", request.Prefix, () => client.ListVersionsAsync(request, cancellationToken), cancellationToken);
            foreach (var item in page.Versions ?? [])
            {
                yield return new StoredVersion(item.Key[address.Prefix.Length..], item.VersionId, item.IsLatest is true, item.IsDeleteMarker is true, item.Size ?? 0, item.LastModified ?? default, item.ETag?.Trim('"'));
            }

            (request.KeyMarker, request.VersionIdMarker) = page.IsTruncated is true ? (page.NextKeyMarker, page.NextVersionIdMarker) : (null, null);
        }
        while (request.KeyMarker is not null);
    }

    public Task<byte[]> ReadAsync(StoredVersion version, CancellationToken cancellationToken) => calls.RunAsync("read", version.Name, async () =>
    {
        using var response = await client.GetObjectAsync(new GetObjectRequest { BucketName = address.Bucket, Key = Key(version.Name), VersionId = version.Version }, cancellationToken);
        var content = new byte[version.Size];
        await response.ResponseStream.ReadExactlyAsync(content, cancellationToken);
        return content;
    }, cancellationToken);

    public Task<Retention?> FindRetentionAsync(string name, string? version, CancellationToken cancellationToken) => calls.RunAsync<Retention?>("look up the lock of", name, async () =>
    {
        var found = await client.GetObjectMetadataAsync(new GetObjectMetadataRequest { BucketName = address.Bucket, Key = Key(name), VersionId = version }, cancellationToken);
        return found.ObjectLockRetainUntilDate is { } until && found.ObjectLockMode is { } mode
            ? new Retention(mode == Amazon.S3.ObjectLockMode.Compliance ? LockMode.Compliance : LockMode.Governance, new DateTimeOffset(until.ToUniversalTime(), TimeSpan.Zero))
            : null;
    }, cancellationToken);

    public Task RetainAsync(string name, string version, Retention retention, CancellationToken cancellationToken) => calls.RunAsync("lock", name, () => client.PutObjectRetentionAsync(
        new PutObjectRetentionRequest
        {
            BucketName = address.Bucket,
            Key = Key(name),
            VersionId = version,
            Retention = new ObjectLockRetention { Mode = retention.Mode is LockMode.Compliance ? ObjectLockRetentionMode.Compliance : ObjectLockRetentionMode.Governance, RetainUntilDate = retention.Until.UtcDateTime },
        },
        cancellationToken), cancellationToken);

    public Task<bool> TryDeleteAsync(string name, string version, CancellationToken cancellationToken) => calls.RunAsync("delete", name, async () =>
    {
        try
        {
            await client.DeleteObjectAsync(new DeleteObjectRequest { BucketName = address.Bucket, Key = Key(name), VersionId = version }, cancellationToken);
            return true;
        }
        catch (AmazonS3Exception refused) when (IsRefusal(refused))
        {
            return false;
        }
    }, cancellationToken);

    /// <summary>Whether the store will not delete a version, be it locked or the credentials too weak; other errors say nothing of that.</summary>
    internal static bool IsRefusal(AmazonS3Exception failure) => failure.StatusCode is HttpStatusCode.Forbidden || failure.ErrorCode is "InvalidRequest" or "ObjectLocked";

    public Task PutAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => calls.RunAsync("write", name, async () =>
    {
        await PutAsync(name, content, null, await RetentionOfAsync(name, cancellationToken), cancellationToken);
        return true;
    }, cancellationToken);

    /// <summary>The lock that an object of that name is to be written with.</summary>
    internal async Task<Retention?> RetentionOfAsync(string name, CancellationToken cancellationToken)
    {
        if (address.Lock is not { } wanted || !ObjectLock.Covers(name))
        {
            return null;
        }

        await RequireLockAsync(cancellationToken);
        return wanted.From(time.GetUtcNow());
    }

    /// <summary>Writes; the store's own exceptions come through, since only the caller knows what a refusal means.</summary>
    /// <returns>The version.</returns>
    internal async Task<string?> PutAsync(string name, ReadOnlyMemory<byte> content, string? ifNoneMatch, Retention? retention, CancellationToken cancellationToken)
    {
        using var body = new ReadOnlyMemoryStream(content);
        var request = new PutObjectRequest
        {
            BucketName = address.Bucket,
            Key = Key(name),
            InputStream = body,
            UseChunkEncoding = false,
            AutoCloseStream = false,
            ChecksumSHA256 = Convert.ToBase64String(SHA256.HashData(content.Span)),
            IfNoneMatch = ifNoneMatch,
        };
        request.Headers.ContentLength = content.Length;
        if (retention is { } held)
        {
            request.ObjectLockMode = held.Mode is LockMode.Compliance ? Amazon.S3.ObjectLockMode.Compliance : Amazon.S3.ObjectLockMode.Governance;
            request.ObjectLockRetainUntilDate = held.Until.UtcDateTime;
        }

        return (await client.PutObjectAsync(request, cancellationToken)).VersionId;
    }

    /// <remarks>Some servers take a lock's headers and ignore them: nothing is written before the bucket says that it locks.</remarks>
    public async Task RequireLockAsync(CancellationToken cancellationToken)
    {
        if (_proven || address.Lock is not { } wanted)
        {
            return;
        }

        if (!await IsEnabledAsync(cancellationToken))
        {
            throw new EngineException(
                EngineFault.Invalid,
                $"The settings ask for locked objects ({wanted.Mode.ToString().ToLowerInvariant()}), but the bucket {address.Bucket} has no Object Lock; nothing was written.",
                "Make a bucket with Object Lock (docs/immutable.md) and copy the repository into it, or set ObjectLock:Mode to none.");
        }

        _proven = true;
    }

    private async Task<bool> IsEnabledAsync(CancellationToken cancellationToken) => await ConfigurationAsync(cancellationToken) is { ObjectLockEnabled: { } enabled } && enabled == ObjectLockEnabled.Enabled;

    /// <summary>What the bucket says of locks; null when it has none.</summary>
    internal async Task<ObjectLockConfiguration?> ConfigurationAsync(CancellationToken cancellationToken) => await calls.RunAsync("tell the Object Lock of", address.Bucket, async () =>
    {
        try
        {
            return (await client.GetObjectLockConfigurationAsync(new GetObjectLockConfigurationRequest { BucketName = address.Bucket }, cancellationToken)).ObjectLockConfiguration;
        }
        catch (AmazonS3Exception none) when (none.ErrorCode is "ObjectLockConfigurationNotFoundError" or "InvalidRequest" || (none.StatusCode is HttpStatusCode.NotFound && none.ErrorCode != "NoSuchBucket") || none.StatusCode is HttpStatusCode.NotImplemented)
        {
            return null;
        }
    }, cancellationToken);

    private string Key(string name) => address.Prefix + name;
}
