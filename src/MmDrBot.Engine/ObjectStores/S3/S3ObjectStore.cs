using System.Net;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace MmDrBot.Engine.ObjectStores.S3;

/// <summary>Objects in a bucket. Every object is a single PUT with `If-None-Match: *` and a checksum that the server compares.</summary>
public sealed class S3ObjectStore : IObjectStore, IDisposable
{
    private const int ConflictRetries = 8;
    private const int SmallObject = 1 << 20;
    private readonly S3Address _address;
    private readonly AmazonS3Client _client;
    private readonly S3Calls _calls;
    private readonly TimeProvider _time;
    private readonly S3Versions _versions;
    private bool _conditional = true;

    /// <summary>Uses the bucket, which must exist.</summary>
    public S3ObjectStore(S3Address address, TimeProvider time, HttpClientFactory? http = null)
    {
        _address = address.Normalized();
        _calls = new S3Calls(_address);
        _client = S3Client.Create(address, http);
        _time = time;
        _versions = new S3Versions(_client, _address, _calls, time);
    }

    internal S3Address Address => _address;

    internal AmazonS3Client Client => _client;

    internal S3Calls Calls => _calls;

    internal S3Versions VersionsOfBucket => _versions;

    /// <inheritdoc/>
    public IVersionedStore? Versions => _versions;

    /// <inheritdoc/>
    public string Location => _address.ToString();

    /// <inheritdoc/>
    public int Parallelism => 2;

    /// <inheritdoc/>
    public bool HasCheapRanges => false;

    /// <inheritdoc/>
    public async Task<bool> CreateAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            if (!_conditional && await FindAsync(name, cancellationToken) is not null)
            {
                return false;
            }

            try
            {
                await PutAsync(name, content, cancellationToken);
                return true;
            }
            catch (AmazonS3Exception taken) when (taken.StatusCode is HttpStatusCode.PreconditionFailed)
            {
                return await JudgeTakenNameAsync(name, content.Length, cancellationToken);
            }
            catch (AmazonS3Exception conflict) when (conflict.StatusCode is HttpStatusCode.Conflict && attempt < ConflictRetries)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50 << attempt), _time, cancellationToken);
            }
            catch (AmazonS3Exception unknown) when (_conditional && unknown.StatusCode is HttpStatusCode.NotImplemented)
            {
                // The server does not know conditional writes: names are hashes, so HEAD and PUT do.
                _conditional = false;
            }
            catch (AmazonS3Exception stray) when (S3Calls.IsStray(stray) && attempt < ConflictRetries)
            {
            }
            catch (Exception failure) when (_calls.Translate(failure, "write", name, cancellationToken) is { } translated)
            {
                throw translated;
            }
        }
    }

    /// <inheritdoc/>
    public Task ReadAsync(string name, long offset, Memory<byte> destination, CancellationToken cancellationToken) =>
        ReadAsync(name, null, offset, destination, cancellationToken);

    /// <summary>Reads a part of one version of an object; another version, or the end of all, is an <see cref="EngineFault.Conflict"/>.</summary>
    internal async Task ReadAsync(string name, string? etag, long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        if (destination.IsEmpty)
        {
            return;
        }

        await _calls.RunAsync("read", name, async () =>
        {
            var request = new GetObjectRequest { BucketName = _address.Bucket, Key = Key(name), ByteRange = new ByteRange(offset, offset + destination.Length - 1), EtagToMatch = etag is null ? null : $"\"{etag}\"" };
            using var response = await _client.GetObjectAsync(request, cancellationToken);
            ThrowIfOther(etag, response.ETag, name);
            await response.ResponseStream.ReadExactlyAsync(destination, cancellationToken);
            return true;
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<long?> FindAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return await _calls.RunAsync("look up", name, async () => (await _client.GetObjectMetadataAsync(_address.Bucket, Key(name), cancellationToken)).ContentLength, cancellationToken);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    /// <remarks>By the SHA-256 that came with the PUT, where the server keeps it; else by the ETag, where that is the MD5 of a single PUT.</remarks>
    public Task<bool> ConfirmsAsync(string name, ReadOnlyMemory<byte> hash, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => _calls.RunAsync("look up", name, async () =>
    {
        var request = new GetObjectMetadataRequest { BucketName = _address.Bucket, Key = Key(name), ChecksumMode = ChecksumMode.ENABLED };
        var found = await _client.GetObjectMetadataAsync(request, cancellationToken);
        return found.ChecksumSHA256 == Convert.ToBase64String(hash.Span) || (!content.IsEmpty && found.ContentLength == content.Length && found.ETag?.Trim('"') == Convert.ToHexStringLower(BucketWriter.Hash(content.Span)));
    }, cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new ListObjectsV2Request { BucketName = _address.Bucket, Prefix = Key(prefix) };
        do
        {
            var page = await _calls.RunAsync("list", request.Prefix, () => _client.ListObjectsV2Async(request, cancellationToken), cancellationToken);
            foreach (var item in page.S3Objects ?? [])
            {
                yield return new StoredObject(item.Key[_address.Prefix.Length..], item.Size ?? 0, item.LastModified ?? default, item.ETag?.Trim('"'));
            }

            request.ContinuationToken = page.IsTruncated is true ? page.NextContinuationToken : null;
        }
        while (request.ContinuationToken is not null);
    }

    /// <inheritdoc/>
    /// <remarks>Tried with a PUT of what is there already: some servers know `If-None-Match` not at all, others ignore it and overwrite.</remarks>
    public async Task<bool> CreatesOnceAsync(string name, CancellationToken cancellationToken)
    {
        var content = await this.ReadAllAsync(name, SmallObject, cancellationToken);
        return _conditional && await _calls.RunAsync("write", name, () => IsRefusedAsync(name, content, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken)
    {
        foreach (var batch in names.Chunk(500))
        {
            if (batch.Length == 1 || !await TryDeleteBatchAsync(batch, cancellationToken))
            {
                await DeleteSinglyAsync(batch, cancellationToken);
            }
        }
    }

    /// <inheritdoc/>
    /// <remarks>Objects are single PUTs: there are no unfinished uploads of ours.</remarks>
    public Task<IReadOnlyList<string>> LeftoversAsync(bool remove, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>([]);

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    /// <summary>A name that is a hash and is taken holds our bytes, unless its length differs. Our own PUT, whose answer was lost, also ends here.</summary>
    private async Task<bool> JudgeTakenNameAsync(string name, int length, CancellationToken cancellationToken) =>
        await FindAsync(name, cancellationToken) switch
        {
            { } there when there == length => false,
            { } other => throw EngineException.Damaged(name, $"{other} bytes are stored under a name whose content has {length}"),
            null => throw new IOException($"{name} was there and is gone again: somebody deletes objects in {Location}."),
        };

    private async Task<bool> IsRefusedAsync(string name, byte[] content, CancellationToken cancellationToken)
    {
        try
        {
            await PutAsync(name, content, cancellationToken);
            return false;
        }
        catch (AmazonS3Exception taken) when (taken.StatusCode is HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict)
        {
            return true;
        }
        catch (AmazonS3Exception unknown) when (unknown.StatusCode is HttpStatusCode.NotImplemented)
        {
            return _conditional = false;
        }
    }

    private async Task PutAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        await _versions.PutAsync(name, content, _conditional ? "*" : null, await _versions.RetentionOfAsync(name, cancellationToken), cancellationToken);

    private async Task<bool> TryDeleteBatchAsync(string[] names, CancellationToken cancellationToken)
    {
        var request = new DeleteObjectsRequest { BucketName = _address.Bucket, Objects = [.. names.Select(name => new KeyVersion { Key = Key(name) })] };
        return await _calls.RunAsync("delete", names[0], async () =>
        {
            try
            {
                return (await _client.DeleteObjectsAsync(request, cancellationToken)).DeleteErrors is null or { Count: 0 };
            }
            catch (AmazonS3Exception refused) when (refused is DeleteObjectsException || refused.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.NotImplemented)
            {
                return false;
            }
        }, cancellationToken);
    }

    private async Task DeleteSinglyAsync(string[] names, CancellationToken cancellationToken)
    {
        foreach (var name in names)
        {
            await _calls.RunAsync("delete", name, () => _client.DeleteObjectAsync(_address.Bucket, Key(name), cancellationToken), cancellationToken);
        }
    }

    /// <summary>Some servers do not know `If-Match` and answer with what is there.</summary>
    private static void ThrowIfOther(string? wanted, string? found, string name)
    {
        if (wanted is not null && found is not null && found.Trim('"') != wanted)
        {
            throw S3Calls.Changed(name);
        }
    }

    private string Key(string name) => _address.Prefix + name;
}
