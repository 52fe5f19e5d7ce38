using System.Security.Cryptography;
using System.Text;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace MmDrBot.Engine.ObjectStores.S3;

/// <summary>
/// Writes objects that replace what is there, of any size: what does not fit one part is uploaded in parts. The server compares each
/// request's MD5. What exists, exists whole.
/// </summary>
internal sealed class BucketWriter : IDisposable
{
    private readonly S3Address _address;
    private readonly S3Calls _calls;
    private readonly AmazonS3Client _client;

    internal BucketWriter(S3Address address, HttpClientFactory? http = null) => (_address, _calls, _client) = (address.Normalized(), new S3Calls(address.Normalized()), S3Client.Create(address, http));

    /// <summary>Bytes of the prefix, which count towards the length of a key.</summary>
    internal int PrefixLength => Encoding.UTF8.GetByteCount(_address.Prefix);

    /// <returns>The ETag that the server gave it, without quotes.</returns>
    internal async Task<string> PutAsync(string name, string contentType, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => await _calls.RunAsync("write", name, async () =>
    {
        using var body = new ReadOnlyMemoryStream(content);
        var request = new PutObjectRequest { BucketName = _address.Bucket, Key = Key(name), InputStream = body, ContentType = contentType, UseChunkEncoding = false, AutoCloseStream = false, MD5Digest = Digest(content.Span) };
        request.Headers.ContentLength = content.Length;
        return Bare((await _client.PutObjectAsync(request, cancellationToken)).ETag);
    }, cancellationToken);

    /// <summary>Begins an object in parts.</summary>
    internal async Task<string> BeginAsync(string name, string contentType, CancellationToken cancellationToken) =>
        await _calls.RunAsync("write", name, async () => (await _client.InitiateMultipartUploadAsync(new InitiateMultipartUploadRequest { BucketName = _address.Bucket, Key = Key(name), ContentType = contentType }, cancellationToken)).UploadId, cancellationToken);

    /// <summary>Sends one part; numbers count from 1.</summary>
    internal async Task<PartETag> PutPartAsync(string name, string upload, int number, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => await _calls.RunAsync("write", name, async () =>
    {
        using var body = new ReadOnlyMemoryStream(content);
        var request = new UploadPartRequest { BucketName = _address.Bucket, Key = Key(name), UploadId = upload, PartNumber = number, PartSize = content.Length, InputStream = body, UseChunkEncoding = false, MD5Digest = Digest(content.Span) };
        return new PartETag(number, (await _client.UploadPartAsync(request, cancellationToken)).ETag);
    }, cancellationToken);

    /// <summary>Makes the object out of its parts. What it is then, the object itself tells: answers may be lost, and name another ETag than listings do.</summary>
    internal async Task<string> CompleteAsync(string name, string upload, List<PartETag> parts, long size, CancellationToken cancellationToken)
    {
        try
        {
            var request = new CompleteMultipartUploadRequest { BucketName = _address.Bucket, Key = Key(name), UploadId = upload, PartETags = parts };
            await _calls.RunAsync("write", name, () => _client.CompleteMultipartUploadAsync(request, cancellationToken), cancellationToken);
        }
        catch (FileNotFoundException)
        {
            // The first answer was lost, and there is no such upload any more.
        }

        return await FindAsync(name, cancellationToken) is { } there && there.Size == size ? there.ETag : throw new IOException($"The upload of {name} to {_address} was ended by somebody else.");
    }

    /// <summary>Gives an upload up; one that is gone already is no error.</summary>
    internal async Task AbortAsync(string name, string upload)
    {
        try
        {
            await _client.AbortMultipartUploadAsync(_address.Bucket, Key(name), upload, CancellationToken.None);
        }
        catch (AmazonS3Exception)
        {
            // What made the upload fail comes first; the next run finds what is left.
        }
    }

    /// <summary>Gives up what interrupted uploads left below the prefix.</summary>
    internal async Task AbortUnfinishedAsync(CancellationToken cancellationToken)
    {
        var request = new ListMultipartUploadsRequest { BucketName = _address.Bucket, Prefix = _address.Prefix };
        ListMultipartUploadsResponse page;
        do
        {
            page = await _calls.RunAsync("list", "uploads", () => _client.ListMultipartUploadsAsync(request, cancellationToken), cancellationToken);
            foreach (var upload in page.MultipartUploads ?? [])
            {
                await AbortAsync(upload.Key[_address.Prefix.Length..], upload.UploadId);
            }

            (request.KeyMarker, request.UploadIdMarker) = (page.NextKeyMarker, page.NextUploadIdMarker);
        }
        while (page.IsTruncated is true);
    }

    internal async Task<(long Size, string ETag)?> FindAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return await _calls.RunAsync("look up", name, async () =>
            {
                var found = await _client.GetObjectMetadataAsync(_address.Bucket, Key(name), cancellationToken);
                return (found.ContentLength, Bare(found.ETag));
            }, cancellationToken);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    public void Dispose() => _client.Dispose();

#pragma warning disable CA5351 // S3 compares what it received by MD5; nothing relies on it against an attacker.
    internal static byte[] Hash(ReadOnlySpan<byte> content) => MD5.HashData(content);
#pragma warning restore CA5351

    private static string Digest(ReadOnlySpan<byte> content) => Convert.ToBase64String(Hash(content));

    private static string Bare(string? etag) => etag?.Trim('"') ?? "";

    private string Key(string name) => _address.Prefix + name;
}
