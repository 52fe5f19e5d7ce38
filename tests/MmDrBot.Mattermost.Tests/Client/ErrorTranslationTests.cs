using System.Net;
using MmDrBot.TestKit.Mattermost;

namespace MmDrBot.Mattermost.Tests;

public sealed class ErrorTranslationTests
{
    private const string Token = "s3cr3ts3cr3ts3cr3ts3cr3tto";

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task An_error_body_gives_its_ids_and_nothing_else()
    {
        const string body = """{"id":"api.some.app_error","message":"secret-message","detailed_error":"token=secret-detail","request_id":"abc123","status_code":400}""";
        await using var server = await LoopbackServer.StartAsync(400, "application/json", body);

        var failure = await FailsAsync(server.Url, api => api.GetMeAsync(None));

        Assert.Equal(HttpStatusCode.BadRequest, failure.StatusCode);
        Assert.Equal("api.some.app_error", failure.ErrorId);
        Assert.Equal("abc123", failure.RequestId);
        Assert.False(failure.IsTransient);
        Assert.Equal("mattermost answered 400 api.some.app_error to GET /api/v4/users/me (request abc123)", failure.Message);
        Assert.DoesNotContain("secret", failure.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<html>bad gateway</html>")]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"id":5}""")]
    [InlineData("""{"id":"an id with blanks\nand a line"}""")]
    public async Task A_body_that_is_no_error_of_mattermost_has_no_id(string body)
    {
        await using var server = await LoopbackServer.StartAsync(403, "text/html", body);

        var failure = await FailsAsync(server.Url, api => api.GetMeAsync(None));

        Assert.Equal(HttpStatusCode.Forbidden, failure.StatusCode);
        Assert.Null(failure.ErrorId);
        Assert.Equal("mattermost answered 403 to GET /api/v4/users/me", failure.Message);
    }

    [Fact]
    public async Task The_rate_limiters_plain_text_is_a_transient_failure_with_a_wait()
    {
        await using var server = await MattermostStandIn.StartAsync(None);
        var bot = server.AddBot();
        server.FailNext("POST /api/v4/posts", 429, retryAfter: TimeSpan.FromSeconds(1));

        var failure = await FailsAsync(server.Url, api => api.CreatePostAsync(new() { ChannelId = "c", Message = "m" }, None), bot.Token);

        Assert.Equal(HttpStatusCode.TooManyRequests, failure.StatusCode);
        Assert.Null(failure.ErrorId);
        Assert.NotNull(failure.RequestId);
        Assert.Equal(TimeSpan.FromSeconds(1), failure.RetryAfter);
        Assert.True(failure.IsTransient);
    }

    [Fact]
    public async Task A_page_instead_of_json_is_a_failure()
    {
        await using var server = await LoopbackServer.StartAsync(200, "text/html", "<html>please log in: secret</html>");

        var failure = await FailsAsync(server.Url, api => api.GetMeAsync(None));

        Assert.Equal(HttpStatusCode.OK, failure.StatusCode);
        Assert.DoesNotContain("secret", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_is_a_failure_and_does_not_carry_the_token_away()
    {
        await using var other = await LoopbackServer.StartAsync(200, "application/json", "{}");
        await using var server = await LoopbackServer.StartAsync(context =>
        {
            context.Response.Redirect(other.Url.AbsoluteUri);
            return Task.CompletedTask;
        });

        var failure = await FailsAsync(server.Url, api => api.GetMeAsync(None));

        Assert.Equal(HttpStatusCode.Redirect, failure.StatusCode);
        Assert.Empty(other.Requests);
    }

    [Fact]
    public async Task An_unreachable_server_is_a_failure_without_a_status()
    {
        var server = await LoopbackServer.StartAsync(200, "application/json", "{}");
        var url = server.Url;
        await server.DisposeAsync();

        var failure = await FailsAsync(url, api => api.GetMeAsync(None));

        Assert.Null(failure.StatusCode);
        Assert.True(failure.IsTransient);
    }

    [Fact]
    public async Task The_callers_cancellation_stays_one()
    {
        await using var server = await LoopbackServer.StartAsync(200, "application/json", "{}");
        await using var client = new Client(server.Url, Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.Api.GetMeAsync(new CancellationToken(canceled: true)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("secret\nInjected: yes")]
    [InlineData("secret token")]
    public async Task A_malformed_token_is_refused_without_being_shown(string token)
    {
        await using var server = await LoopbackServer.StartAsync(200, "application/json", "{}");
        await using var client = new Client(server.Url, token);

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => client.Api.GetMeAsync(None));

        Assert.DoesNotContain("secret", failure.ToString(), StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    private static async Task<MattermostApiException> FailsAsync(Uri url, Func<IMattermostApi, Task> call, string token = Token)
    {
        await using var client = new Client(url, token, new ImpatientTime());
        var failure = await Assert.ThrowsAsync<MattermostApiException>(() => call(client.Api));
        Assert.DoesNotContain(token, failure.ToString(), StringComparison.Ordinal);

        return failure;
    }
}
