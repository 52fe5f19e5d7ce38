using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using MmDrBot.TestKit.S3;

namespace MmDrBot.Engine.Tests.TestKit;

public sealed class S3ServerTests
{
    [Fact]
    public async Task An_object_can_be_put_listed_and_got()
    {
        var server = await S3Server.SharedAsync();
        await using var bucket = await server.CreateBucketAsync();

        await bucket.PutAsync("a/b c", "text");

        Assert.Equal("text", await bucket.GetAsync("a/b c"));
        Assert.Equal(["a/b c"], await bucket.ListAsync("a/"));
        Assert.Empty(await bucket.ListAsync("x/"));
    }

    [Fact]
    public async Task A_second_create_only_put_is_refused()
    {
        var server = await S3Server.SharedAsync();
        await using var bucket = await server.CreateBucketAsync();
        var put = new PutObjectRequest { BucketName = bucket.Name, Key = "once", ContentBody = "first", UseChunkEncoding = false, IfNoneMatch = "*" };
        await bucket.Client.PutObjectAsync(put);

        var error = await Assert.ThrowsAnyAsync<AmazonS3Exception>(() => bucket.Client.PutObjectAsync(put));

        Assert.Equal(HttpStatusCode.PreconditionFailed, error.StatusCode);
    }

    [Fact]
    public async Task A_disposed_bucket_is_gone()
    {
        var server = await S3Server.SharedAsync();
        var bucket = await server.CreateBucketAsync(objectLock: true);
        await bucket.PutAsync("key", "one");
        await bucket.PutAsync("key", "two");
        await bucket.DisposeAsync();
        using var client = server.CreateClient();

        var error = await Assert.ThrowsAnyAsync<AmazonS3Exception>(() => client.ListObjectsV2Async(new() { BucketName = bucket.Name }));

        Assert.Equal(HttpStatusCode.NotFound, error.StatusCode);
    }
}
