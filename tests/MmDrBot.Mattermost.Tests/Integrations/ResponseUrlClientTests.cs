using Microsoft.Extensions.Time.Testing;
using MmDrBot.TestKit.Mattermost;

namespace MmDrBot.Mattermost.Tests;

public sealed class ResponseUrlClientTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(56));
    private MattermostStandIn _server = null!;
    private LoopbackServer _integration = null!;
    private Client _client = null!;
    private StandInUser _user = null!;
    private StandInChannel _channel = null!;

    private static CancellationToken None => CancellationToken.None;

    public async Task InitializeAsync()
    {
        _server = await MattermostStandIn.StartAsync(new() { Time = _time }, None);
        _integration = await LoopbackServer.StartAsync(200, "application/json", CommandResponse.Ephemeral("working").ToJson());
        _user = _server.AddUser("frank");
        _channel = _server.AddChannel("town-square", members: [_user]);
        _server.RegisterCommand(_integration.Url, "tok");
        _client = new(_server.Url, _user.Token);
    }

    public async Task DisposeAsync()
    {
        await _client.DisposeAsync();
        await _integration.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_later_answer_reaches_the_user()
    {
        await _client.ResponseUrls.SendAsync(await NewUrlAsync(), CommandResponse.Ephemeral("done ☃"), None);

        Assert.Equal(["working", "done ☃"], _server.Ephemerals.Select(message => message.Message));
        Assert.Empty(_server.Posts);
    }

    [Fact]
    public async Task A_later_answer_for_the_channel_is_posted_in_the_users_name()
    {
        await _client.ResponseUrls.SendAsync(await NewUrlAsync(), CommandResponse.InChannel("done"), None);

        var post = Assert.Single(_server.Posts);
        Assert.Equal((_user.Id, _channel.Id, "done"), (post.UserId, post.ChannelId, post.Message));
    }

    [Fact]
    public async Task Five_answers_are_taken_and_no_sixth()
    {
        var url = await NewUrlAsync();

        for (var use = 0; use < MattermostLimits.ResponseUrlUses; use++)
            await _client.ResponseUrls.SendAsync(url, CommandResponse.Ephemeral("x"), None);

        Assert.Equal(MattermostErrorIds.ResponseUrlUsedUp, await FailsAsync(url, CommandResponse.Ephemeral("x")));
    }

    [Fact]
    public async Task A_post_that_fails_uses_the_address_up_too()
    {
        var url = await NewUrlAsync();
        var tooLong = CommandResponse.InChannel(new string('L', MattermostLimits.PostRunes + 1));

        for (var use = 0; use < MattermostLimits.ResponseUrlUses; use++)
            Assert.Equal("api.command.execute_command.create_post_failed.app_error", await FailsAsync(url, tooLong));

        Assert.Equal(MattermostErrorIds.ResponseUrlUsedUp, await FailsAsync(url, CommandResponse.Ephemeral("x")));
    }

    [Fact]
    public async Task Half_an_hour_later_the_address_is_gone()
    {
        var url = await NewUrlAsync();
        _time.Advance(MattermostLimits.ResponseUrlLifetime);

        Assert.Equal(MattermostErrorIds.ResponseUrlMissing, await FailsAsync(url, CommandResponse.Ephemeral("x")));
    }

    [Fact]
    public async Task A_foreign_address_is_never_called()
    {
        await using var victim = await LoopbackServer.StartAsync(200, "text/plain", "ok");

        var failure = await Assert.ThrowsAsync<ArgumentException>(() =>
            _client.ResponseUrls.SendAsync(new Uri(victim.Url, "/hooks/commands/secret").AbsoluteUri, CommandResponse.Ephemeral("x"), None));

        Assert.Empty(victim.Requests);
        Assert.DoesNotContain("secret", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var victim = await LoopbackServer.StartAsync(200, "text/plain", "ok");
        await using var server = await LoopbackServer.StartAsync(context =>
        {
            context.Response.StatusCode = 307;
            context.Response.Headers.Location = victim.Url.AbsoluteUri;
            return Task.CompletedTask;
        });
        await using var client = new Client(server.Url, "t");

        await Assert.ThrowsAsync<MattermostApiException>(() =>
            client.ResponseUrls.SendAsync(new Uri(server.Url, "/hooks/commands/secret").AbsoluteUri, CommandResponse.Ephemeral("x"), None));

        Assert.Empty(victim.Requests);
        Assert.False(Assert.Single(server.Requests).Headers.ContainsKey("Authorization"));
    }

    [Fact]
    public async Task The_address_of_the_site_is_allowed_beside_the_one_for_calls()
    {
        await using var client = new Client(new Uri("http://mattermost.internal:8065"), "t", siteUrl: _server.Url);

        await client.ResponseUrls.SendAsync(await NewUrlAsync(), CommandResponse.Ephemeral("x"), None);

        Assert.Equal("x", _server.Ephemerals[^1].Message);
    }

    private async Task<string> NewUrlAsync()
    {
        await _server.ExecuteCommandAsync(_user, _channel, "/dr backup", None);

        return SlashCommandRequest.Parse(_integration.Requests[^1].Form).ResponseUrl;
    }

    private async Task<string?> FailsAsync(string url, CommandResponse response)
    {
        var failure = await Assert.ThrowsAsync<MattermostApiException>(() => _client.ResponseUrls.SendAsync(url, response, None));
        Assert.DoesNotContain(url[^26..], failure.ToString(), StringComparison.Ordinal);

        return failure.ErrorId;
    }
}
