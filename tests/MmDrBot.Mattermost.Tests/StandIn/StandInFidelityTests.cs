using System.Net;

namespace MmDrBot.Mattermost.Tests;

public sealed class StandInFidelityTests : IAsyncLifetime
{
    private const string UnknownId = "xxxxxxxxxxxxxxxxxxxxxxxxxx";

    private StandInScene _scene = null!;

    public async Task InitializeAsync() =>
        _scene = await StandInScene.StartAsync(await LoopbackServer.StartAsync(200, "application/json", CommandResponse.Ephemeral("all well").ToJson()));

    public async Task DisposeAsync() => await _scene.DisposeAsync();

    [Theory]
    [InlineData("me-as-bot", "/api/v4/users/me")]
    [InlineData("user-by-id", "/api/v4/users/{user}")]
    [InlineData("user-missing", "/api/v4/users/" + UnknownId)]
    [InlineData("username-missing", "/api/v4/users/username/nosuchuser")]
    [InlineData("permissions", "/api/v4/commands?team_id={team}&custom_only=true")]
    [InlineData("ping", "/api/v4/system/ping")]
    [InlineData("server-status", "/api/v4/system/ping?get_server_status=true")]
    public async Task Reading_answers_as_recorded(string fixture, string path)
    {
        path = path.Replace("{user}", _scene.User.Id, StringComparison.Ordinal).Replace("{team}", _scene.Server.TeamId, StringComparison.Ordinal);

        using var answer = await _scene.SendAsync("GET", path, _scene.Bot.Token);

        await Fixture.Read(fixture).AssertLikeAsync(answer);
    }

    [Fact]
    public async Task A_call_without_a_token_is_answered_as_recorded()
    {
        using var answer = await _scene.SendAsync("GET", "/api/v4/users/me", token: null);

        await Fixture.Read("no-token").AssertLikeAsync(answer);
    }

    [Fact]
    public async Task A_bad_token_is_answered_as_recorded_the_token_included()
    {
        using var answer = await _scene.SendAsync("GET", "/api/v4/users/me", new string('q', 26));

        await Fixture.Read("bad-token").AssertLikeAsync(answer);
        Assert.Contains("token=" + new string('q', 26), await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.StartsWith("MMAUTHTOKEN=;", Assert.Single(answer.Headers.GetValues("Set-Cookie")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Writing_and_editing_answer_as_recorded()
    {
        using var created = await _scene.SendAsync("POST", "/api/v4/posts", _scene.Bot.Token, new { channel_id = _scene.Channel.Id, message = "backup started" });
        await Fixture.Read("post-created").AssertLikeAsync(created);
        var id = Assert.Single(_scene.Server.Posts).Id;

        using var patched = await _scene.SendAsync("PUT", $"/api/v4/posts/{id}/patch", _scene.Bot.Token, new { message = "backup done", props = new { } });
        await Fixture.Read("post-patched").AssertLikeAsync(patched);

        var post = Assert.Single(_scene.Server.Posts);
        Assert.Equal(("backup done", "backup started"), (post.Message, Assert.Single(post.EarlierMessages)));
    }

    [Fact]
    public async Task An_attachment_is_completed_and_its_buttons_targets_are_withheld()
    {
        var attachment = new { text = "3 GB", actions = new[] { new { id = "go", name = "Go", integration = new { url = "http://127.0.0.1:9/a" } } } };

        using var answer = await _scene.SendAsync("POST", "/api/v4/posts", _scene.Bot.Token,
            new { channel_id = _scene.Channel.Id, message = "m", props = new { attachments = new[] { attachment } } });

        await Fixture.Read("post-with-attachment").AssertLikeAsync(answer);
    }

    [Fact]
    public async Task A_direct_channel_is_answered_as_recorded()
    {
        using var answer = await _scene.SendAsync("POST", "/api/v4/channels/direct", _scene.Bot.Token, new[] { _scene.Bot.Id, _scene.User.Id });

        await Fixture.Read("direct-channel").AssertLikeAsync(answer);
    }

    [Fact]
    public async Task An_administrator_sees_commands_and_their_tokens()
    {
        using var answer = await _scene.SendAsync("GET", $"/api/v4/commands?team_id={_scene.Server.TeamId}&custom_only=true", _scene.Admin.Token);

        await Fixture.Read("custom-commands").AssertLikeAsync(answer);
        Assert.Contains("tok3n", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("command-answer", "/dr status")]
    [InlineData("command-answer", "/DR status")]
    [InlineData("command-not-found", "/nosuch x")]
    [InlineData("command-without-trigger", "dr x")]
    [InlineData("command-without-trigger", "/")]
    public async Task Executing_a_command_answers_as_recorded(string fixture, string command)
    {
        using var answer = await _scene.SendAsync("POST", "/api/v4/commands/execute", _scene.User.Token,
            new { channel_id = _scene.Channel.Id, team_id = _scene.Server.TeamId, command });

        await Fixture.Read(fixture).AssertLikeAsync(answer);
    }

    [Theory]
    [InlineData("", "town-square")]
    [InlineData("team", "elsewhere")]
    public async Task Commands_need_a_team_and_a_channel_that_the_user_is_in(string team, string channel)
    {
        var elsewhere = _scene.Server.AddChannel("elsewhere", isPrivate: true);

        using var answer = await _scene.SendAsync("POST", "/api/v4/commands/execute", _scene.User.Token, new
        {
            channel_id = channel == "elsewhere" ? elsewhere.Id : _scene.Channel.Id,
            team_id = team == "team" ? _scene.Server.TeamId : "",
            command = "/dr status",
        });

        await Fixture.Read("permissions").AssertLikeAsync(answer);
    }

    [Fact]
    public async Task Nobody_posts_into_a_read_only_channel_but_administrators()
    {
        var news = _scene.Server.AddChannel("news", readOnly: true, members: [_scene.Bot]);
        var body = new { channel_id = news.Id, message = "m" };

        using var refused = await _scene.SendAsync("POST", "/api/v4/posts", _scene.Bot.Token, body);
        _scene.Bot.IsAdmin = true;
        using var taken = await _scene.SendAsync("POST", "/api/v4/posts", _scene.Bot.Token, body);

        await Fixture.Read("permissions").AssertLikeAsync(refused);
        Assert.Equal(HttpStatusCode.Created, taken.StatusCode);
    }

    [Theory]
    [InlineData("GET", "/api/v4/emoji")]
    [InlineData("DELETE", "/api/v4/users/me")]
    [InlineData("GET", "/hooks/commands/x.y")]
    public async Task An_unknown_call_is_remembered_as_a_failure(string method, string path)
    {
        using var answer = await _scene.SendAsync(method, path, _scene.Admin.Token);

        Assert.Equal(HttpStatusCode.NotImplemented, answer.StatusCode);
        Assert.Equal([$"{method} {path}"], _scene.Server.UnexpectedCalls);
    }
}
