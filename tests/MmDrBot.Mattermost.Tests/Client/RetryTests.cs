using System.Net;
using MmDrBot.TestKit.Mattermost;

namespace MmDrBot.Mattermost.Tests;

public sealed class RetryTests : IAsyncLifetime
{
    private const string Me = "GET /api/v4/users/me";
    private const string Posts = "POST /api/v4/posts";

    private readonly ImpatientTime _time = new();
    private MattermostStandIn _server = null!;
    private StandInUser _bot = null!;
    private Client _client = null!;

    private static CancellationToken None => CancellationToken.None;

    public async Task InitializeAsync()
    {
        _server = await MattermostStandIn.StartAsync(None);
        _bot = _server.AddBot();
        _client = new(_server.Url, _bot.Token, _time);
    }

    public async Task DisposeAsync()
    {
        await _client.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    public async Task A_get_is_repeated_after_a_passing_failure(int status)
    {
        _server.FailNext(Me, status);

        var me = await _client.Api.GetMeAsync(None);

        Assert.Equal(_bot.Id, me.Id);
        Assert.Equal([Me, Me], _server.Calls);
    }

    [Fact]
    public async Task A_get_is_repeated_after_a_broken_connection()
    {
        _server.AbortNext(Me);

        await _client.Api.GetMeAsync(None);

        Assert.Equal([Me, Me], _server.Calls);
    }

    [Fact]
    public async Task The_wait_is_the_one_that_the_server_asks_for()
    {
        _server.FailNext(Me, 429, retryAfter: TimeSpan.FromSeconds(7));

        await _client.Api.GetMeAsync(None);

        Assert.Equal([TimeSpan.FromSeconds(7)], _time.Waits);
    }

    [Fact]
    public async Task A_wait_longer_than_an_attempt_is_left_to_the_caller()
    {
        _server.FailNext(Me, 429, retryAfter: TimeSpan.FromHours(1));

        var failure = await Assert.ThrowsAsync<MattermostApiException>(() => _client.Api.GetMeAsync(None));

        Assert.Equal(TimeSpan.FromHours(1), failure.RetryAfter);
        Assert.Equal([Me], _server.Calls);
    }

    [Fact]
    public async Task A_failure_that_stays_is_reported_after_three_repetitions()
    {
        for (var attempt = 0; attempt < 4; attempt++)
            _server.FailNext(Me, 503, "api.unavailable");

        var failure = await Assert.ThrowsAsync<MattermostApiException>(() => _client.Api.GetMeAsync(None));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, failure.StatusCode);
        Assert.Equal("api.unavailable", failure.ErrorId);
        Assert.Equal(4, _server.Calls.Count);
    }

    [Fact]
    public async Task A_refusal_is_not_repeated()
    {
        _server.FailNext(Me, 403, MattermostErrorIds.Permissions);

        await Assert.ThrowsAsync<MattermostApiException>(() => _client.Api.GetMeAsync(None));

        Assert.Equal([Me], _server.Calls);
    }

    [Fact]
    public async Task A_post_is_sent_once_and_its_author_can_repeat_it_without_writing_twice()
    {
        var channel = _server.AddChannel("dr", members: [_bot]);
        var post = new NewPost { ChannelId = channel.Id, Message = "done", PendingPostId = NewPost.NewPendingPostId(_bot.Id, _time) };
        _server.LoseNextAnswer(Posts);

        var failure = await Assert.ThrowsAsync<MattermostApiException>(() => _client.Api.CreatePostAsync(post, None));
        Assert.Null(failure.StatusCode);
        Assert.Equal([Posts], _server.Calls);

        var repeated = await _client.Api.CreatePostAsync(post, None);
        Assert.Equal(Assert.Single(_server.Posts).Id, repeated.Id);
    }

    [Fact]
    public async Task An_edit_is_sent_once()
    {
        _server.FailNext("PUT /api/v4/posts/{id}/patch", 503);

        await Assert.ThrowsAsync<MattermostApiException>(() => _client.Api.PatchPostAsync(_bot.Id, new() { Message = "x" }, None));

        Assert.Single(_server.Calls);
    }
}
