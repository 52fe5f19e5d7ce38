using System.Net;
using Amazon.S3.Model;
using MmDrBot.Engine.ObjectStores.S3;
using MmDrBot.TestKit.S3;

namespace MmDrBot.Engine.Tests.ObjectStores.S3;

/// <summary>Objects in parts, which only restores into buckets write: what breaks on the way leaves no half of an object that passes for the whole.</summary>
public sealed class MultipartFaultTests : IAsyncLifetime
{
    private const int PartSize = 5 << 20;
    private S3Server _server = null!;
    private TestBucket _bucket = null!;

    private static CancellationToken None => CancellationToken.None;

    public async Task InitializeAsync()
    {
        _server = await S3Server.SharedAsync();
        _bucket = await _server.CreateBucketAsync();
    }

    public async Task DisposeAsync() => await _bucket.DisposeAsync();

    /// <summary>S3 begins its answer with 200 before it knows how joining the parts will end.</summary>
    [Fact]
    public async Task An_error_within_an_answer_of_success_is_an_error()
    {
        using var bucket = Open(new WireFaults((request, pass) => IsCompletion(request) ? Task.FromResult(WireFaults.Answer(HttpStatusCode.OK, "InternalError")) : pass()));

        await Assert.ThrowsAsync<IOException>(() => WriteAsync(bucket));

        Assert.Empty(await _bucket.ListAsync());
    }

    [Fact]
    public async Task An_upload_that_ends_at_a_part_is_no_object_and_leaves_nothing_once_given_up()
    {
        var parts = 0;
        using var bucket = Open(new WireFaults((request, pass) => request.RequestUri!.Query.Contains("partNumber", StringComparison.Ordinal) && parts++ > 0 ? Task.FromResult(WireFaults.Answer(HttpStatusCode.ServiceUnavailable, "SlowDown")) : pass()));

        await Assert.ThrowsAsync<IOException>(() => WriteAsync(bucket));

        Assert.Empty(await _bucket.ListAsync());
        Assert.Single(await UploadsAsync());
        await bucket.AbortUnfinishedAsync(None);
        Assert.Empty(await UploadsAsync());
    }

    [Fact]
    public async Task A_completion_whose_answer_was_lost_is_no_error()
    {
        var lost = 0;
        using var bucket = Open(new WireFaults(async (request, pass) =>
        {
            var answer = await pass();
            return IsCompletion(request) && lost++ == 0 ? throw new HttpRequestException("the answer was lost") : answer;
        }));

        await WriteAsync(bucket);

        Assert.Equal(2, lost);
        Assert.Equal(2 * PartSize, (await bucket.FindAsync("large", None))!.Value.Size);
        Assert.Empty(await UploadsAsync());
    }

    private static bool IsCompletion(HttpRequestMessage request) => request.Method == HttpMethod.Post && request.RequestUri!.Query.Contains("uploadId", StringComparison.Ordinal);

    private static async Task WriteAsync(BucketWriter bucket)
    {
        var upload = await bucket.BeginAsync("large", "text/plain", None);
        var parts = new List<PartETag>();
        for (var number = 1; number <= 2; number++)
        {
            parts.Add(await bucket.PutPartAsync("large", upload, number, new byte[PartSize], None));
        }

        await bucket.CompleteAsync("large", upload, parts, 2 * PartSize, None);
    }

    private async Task<List<MultipartUpload>> UploadsAsync() => (await _bucket.Client.ListMultipartUploadsAsync(new ListMultipartUploadsRequest { BucketName = _bucket.Name })).MultipartUploads ?? [];

    private BucketWriter Open(WireFaults wire) => new(S3Addresses.Of(_server, _bucket.Name) with { Retries = 1 }, wire);
}
