using Amazon.S3;
using Amazon.S3.Model;

namespace MmDrBot.TestKit.S3;

/// <summary>A bucket of one test; disposing deletes its objects, all their versions, and the bucket, as far as locks allow.</summary>
public sealed class TestBucket : IAsyncDisposable
{
    internal TestBucket(IAmazonS3 client, string name)
    {
        Client = client;
        Name = name;
    }

    public string Name { get; }

    /// <summary>A client of the bucket's server; it is disposed with the bucket.</summary>
    public IAmazonS3 Client { get; }

    /// <summary>Writes a small object in one PUT.</summary>
    public Task PutAsync(string key, string text, CancellationToken cancellationToken = default) =>
        Client.PutObjectAsync(new PutObjectRequest { BucketName = Name, Key = key, ContentBody = text, UseChunkEncoding = false }, cancellationToken);

    /// <summary>Reads a small object.</summary>
    public async Task<string> GetAsync(string key, CancellationToken cancellationToken = default)
    {
        using var response = await Client.GetObjectAsync(Name, key, cancellationToken);
        using var reader = new StreamReader(response.ResponseStream);

        return await reader.ReadToEndAsync(cancellationToken);
    }

    /// <summary>The keys that start with <paramref name="prefix"/>, in order.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(string prefix = "", CancellationToken cancellationToken = default)
    {
        var keys = new List<string>();
        var pages = Client.Paginators.ListObjectsV2(new ListObjectsV2Request { BucketName = Name, Prefix = prefix });

        await foreach (var page in pages.Responses.WithCancellation(cancellationToken))
        {
            keys.AddRange(page.S3Objects?.Select(item => item.Key) ?? []);
        }

        return keys;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await DeleteVersionsAsync();
            await Client.DeleteBucketAsync(Name);
        }
        catch (AmazonS3Exception)
        {
            // A locked version stays until the server is wiped.
        }

        Client.Dispose();
    }

    private async Task DeleteVersionsAsync()
    {
        await foreach (var page in Client.Paginators.ListVersions(new ListVersionsRequest { BucketName = Name }).Responses)
        {
            foreach (var version in page.Versions ?? [])
            {
                await Client.DeleteObjectAsync(new DeleteObjectRequest
                {
                    BucketName = Name,
                    Key = version.Key,
                    VersionId = version.VersionId,
                    BypassGovernanceRetention = true,
                });
            }
        }
    }
}
