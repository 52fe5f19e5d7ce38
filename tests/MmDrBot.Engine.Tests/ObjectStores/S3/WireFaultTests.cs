using System.Net;
using MmDrBot.Engine.ObjectStores;
using MmDrBot.Engine.ObjectStores.S3;
using MmDrBot.TestKit.S3;

namespace MmDrBot.Engine.Tests.ObjectStores.S3;

public sealed class WireFaultTests : IAsyncLifetime
{
    private S3Server _server = null!;
    private TestBucket _bucket = null!;

    private static CancellationToken None => CancellationToken.None;

    public async Task InitializeAsync()
    {
        _server = await S3Server.SharedAsync();
        _bucket = await _server.CreateBucketAsync();
    }

    public async Task DisposeAsync() => await _bucket.DisposeAsync();

    [Theory]
    [InlineData(HttpStatusCode.ServiceUnavailable, "SlowDown")]
    [InlineData(HttpStatusCode.InternalServerError, "InternalError")]
    public async Task A_short_storm_of_errors_is_sat_out(HttpStatusCode status, string code)
    {
        var storm = 0;
        var wire = new WireFaults((_, pass) => storm++ % 3 < 2 ? Task.FromResult(WireFaults.Answer(status, code)) : pass());
        using var store = Open(wire);

        Assert.True(await store.CreateAsync("a", "content"u8.ToArray(), None));
        Assert.Equal("content"u8.ToArray(), await store.ReadAllAsync("a", 100, None));
        Assert.Single(await store.ListAllAsync("", None));
        await store.DeleteAsync(["a"], None);
        Assert.Empty(await _bucket.ListAsync());
    }

    [Fact]
    public async Task A_long_storm_ends_in_an_io_error_that_says_what_was_tried()
    {
        using var store = Open(new WireFaults((_, _) => Task.FromResult(WireFaults.Answer(HttpStatusCode.ServiceUnavailable, "SlowDown"))), retries: 1);

        var failure = await Assert.ThrowsAsync<IOException>(() => store.CreateAsync("name", new byte[3], None));

        Assert.Contains("write name", failure.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<IOException>(() => store.ReadAsync("name", 0, new byte[3], None));
        await Assert.ThrowsAsync<IOException>(() => store.FindAsync("name", None));
        await Assert.ThrowsAsync<IOException>(() => store.ListAllAsync("", None));
        await Assert.ThrowsAsync<IOException>(() => store.DeleteAsync(["name"], None));
    }

    [Fact]
    public async Task A_put_whose_answer_was_lost_is_no_error()
    {
        var lost = 0;
        using var store = Open(new WireFaults(async (request, pass) =>
        {
            var answer = await pass();
            return request.Method == HttpMethod.Put && lost++ == 0 ? throw new HttpRequestException("the answer was lost") : answer;
        }));

        await store.CreateAsync("a", "content"u8.ToArray(), None);

        Assert.Equal(2, lost);
        Assert.Equal("content", await _bucket.GetAsync("a"));
    }

    [Fact]
    public async Task A_put_that_was_answered_with_an_error_after_it_took_effect_is_no_error()
    {
        var lost = 0;
        using var store = Open(new WireFaults(async (request, pass) =>
        {
            var answer = await pass();
            return request.Method == HttpMethod.Put && lost++ < 2 ? WireFaults.Answer(HttpStatusCode.InternalServerError, "InternalError") : answer;
        }));

        await store.CreateAsync("a", "content"u8.ToArray(), None);

        Assert.Equal("content", await _bucket.GetAsync("a"));
    }

    [Fact]
    public async Task A_conflict_of_two_writers_is_tried_again()
    {
        var conflicts = 0;
        using var store = Open(new WireFaults((request, pass) => request.Method == HttpMethod.Put && conflicts++ < 2 ? Task.FromResult(WireFaults.Answer(HttpStatusCode.Conflict, "ConditionalRequestConflict")) : pass()));

        Assert.True(await store.CreateAsync("a", "content"u8.ToArray(), None));
    }

    [Fact]
    public async Task A_server_without_conditional_writes_still_creates_once()
    {
        using var store = Open(new WireFaults((request, pass) => request.Headers.IfNoneMatch.Count > 0 ? Task.FromResult(WireFaults.Answer(HttpStatusCode.NotImplemented, "NotImplemented")) : pass()));

        Assert.True(await store.CreateAsync("a", "content"u8.ToArray(), None));
        Assert.False(await store.CreateAsync("a", "content"u8.ToArray(), None));
    }

    [Fact]
    public async Task A_request_that_times_out_is_an_io_error_not_a_cancellation()
    {
        using var store = Open(new WireFaults((_, _) => throw new TaskCanceledException("timed out", new TimeoutException())), retries: 1);

        await Assert.ThrowsAnyAsync<IOException>(() => store.CreateAsync("a", new byte[3], None));
        await Assert.ThrowsAnyAsync<IOException>(() => store.ReadAsync("a", 0, new byte[3], None));
        await Assert.ThrowsAnyAsync<IOException>(() => store.FindAsync("a", None));
        await Assert.ThrowsAnyAsync<IOException>(() => store.ListAllAsync("", None));
        await Assert.ThrowsAnyAsync<IOException>(() => store.DeleteAsync(["a", "b"], None));
    }

    [Fact]
    public async Task A_connection_that_breaks_within_a_body_is_read_again()
    {
        await _bucket.PutAsync("a", new string('x', 10_000));
        var broken = 0;
        using var store = Open(new WireFaults(async (request, pass) =>
        {
            var answer = await pass();
            if (request.Method == HttpMethod.Get && broken++ < 2)
            {
                answer.Content = new BrokenBody(await answer.Content.ReadAsByteArrayAsync(), breaksAt: 4_000);
            }

            return answer;
        }));
        var content = new byte[10_000];

        await store.ReadAsync("a", 0, content, None);

        Assert.All(content, one => Assert.Equal((byte)'x', one));
    }

    [Fact]
    public async Task A_connection_that_always_breaks_is_an_io_error_not_a_short_object()
    {
        await _bucket.PutAsync("a", new string('x', 10_000));
        using var store = Open(new WireFaults(async (_, pass) =>
        {
            var answer = await pass();
            answer.Content = new BrokenBody(await answer.Content.ReadAsByteArrayAsync(), breaksAt: 4_000);
            return answer;
        }), retries: 1);

        var failure = await Assert.ThrowsAnyAsync<IOException>(() => store.ReadAsync("a", 0, new byte[10_000], None));

        Assert.IsNotType<EndOfStreamException>(failure);
    }

    [Fact]
    public async Task A_deletion_that_the_server_does_not_do_in_batches_is_done_one_by_one()
    {
        await _bucket.PutAsync("a", "1");
        await _bucket.PutAsync("b", "2");
        using var store = Open(new WireFaults((request, pass) => request.Method == HttpMethod.Post ? Task.FromResult(WireFaults.Answer(HttpStatusCode.NotImplemented, "NotImplemented")) : pass()));

        await store.DeleteAsync(["a", "b", "c"], None);

        Assert.Empty(await _bucket.ListAsync());
    }

    private S3ObjectStore Open(WireFaults wire, int retries = 6) => new(S3Addresses.Of(_server, _bucket.Name) with { Retries = retries }, TimeProvider.System, wire);
}
