using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace MmDrBot.Mattermost.Tests;

public sealed class StandInCommandTests
{
    private const string Json = "application/json";

    [Fact]
    public async Task The_integration_gets_the_request_that_mattermost_sends()
    {
        await using var scene = await StartAsync(200, Json, """{"text":"ok"}""");

        await scene.TypeAsync("/DR status  with \"quotes\" & @admin ~town-square x=1 é");

        var request = Assert.Single(scene.Integration!.Requests);
        Assert.Equal(("POST", "/dr"), (request.Method, request.Path));
        Assert.Equal("Token tok3n", request.Headers["Authorization"]);
        Assert.Equal("Mattermost-Bot/1.1", request.Headers["User-Agent"]);
        Assert.Equal("application/x-www-form-urlencoded", request.Headers["Content-Type"]);
        Assert.Equal(Json, request.Headers["Accept"]);
        Assert.Equal("gzip", request.Headers["Accept-Encoding"]);
        Assert.Contains("&text=status++with+%22quotes%22+%26+%40admin+~town-square+x%3D1+%C3%A9&", request.Body, StringComparison.Ordinal);
        Assert.Equal(
            [
                "channel_id", "channel_mentions", "channel_mentions_ids", "channel_name", "command", "response_url", "team_domain", "team_id",
                "text", "token", "trigger_id", "user_id", "user_mentions", "user_mentions_ids", "user_name",
            ],
            request.Form.Select(field => field.Key));
    }

    [Fact]
    public async Task The_request_is_understood_by_the_library()
    {
        await using var scene = await StartAsync(200, Json, """{"text":"ok"}""");

        await scene.TypeAsync("/dr\nline é ☃ @admin @nobody\nthird");

        var request = SlashCommandRequest.Parse(scene.Integration!.Requests[0].Form);
        Assert.True(request.HasToken("tok3n"));
        Assert.Equal(("/dr", "line é ☃ @admin @nobody\nthird"), (request.Command, request.Text));
        Assert.Equal((scene.User.Id, "frank", scene.Channel.Id), (request.UserId, request.UserName, request.ChannelId));
        Assert.Equal([new SlashMention("admin", scene.Admin.Id)], request.UserMentions);
    }

    [Fact]
    public async Task An_ephemeral_answer_is_seen_and_not_kept()
    {
        await using var scene = await StartAsync(200, Json, CommandResponse.Ephemeral("for you").ToJson());

        var outcome = await scene.TypeAsync("/dr status");

        Assert.Equal((200, "for you"), (outcome.Status, outcome.Text));
        Assert.True(Assert.Single(outcome.Messages).IsEphemeral);
        Assert.Empty(scene.Server.Posts);
    }

    [Fact]
    public async Task An_answer_for_the_channel_is_a_post_in_the_users_name()
    {
        await using var scene = await StartAsync(200, Json, """{"response_type":"in_channel","text":"for all","username":"DR","props":{"a":1}}""");

        var outcome = await scene.TypeAsync("/dr status");

        var post = Assert.Single(scene.Server.Posts);
        Assert.Equal(("for all", scene.User.Id), (outcome.Text, post.UserId));
        Assert.Equal("""{"a":1,"from_webhook":"true","override_icon_url":"","override_username":"DR"}""", post.Props.ToJsonString());
    }

    [Fact]
    public async Task Extra_answers_follow_in_order()
    {
        await using var scene = await StartAsync(200, Json, """{"text":"one","extra_responses":[{"text":"two","response_type":"in_channel"},{"text":"three"}]}""");

        var outcome = await scene.TypeAsync("/dr status");

        Assert.Equal("one\ntwo\nthree", outcome.Text);
        Assert.Equal([true, false, true], outcome.Messages.Select(message => message.IsEphemeral));
    }

    [Theory]
    [InlineData(Json, "{}", "")]
    [InlineData("text/plain", "hello **plain** text", "hello **plain** text")]
    [InlineData("text/html", """{"text":"as plain"}""", """{"text":"as plain"}""")]
    public async Task Other_answers_with_200_are_shown_as_they_are(string type, string body, string seen)
    {
        await using var scene = await StartAsync(200, type, body);

        Assert.Equal((200, seen), Seen(await scene.TypeAsync("/dr status")));
    }

    [Theory]
    [InlineData(201, "201 Created")]
    [InlineData(204, "204 No Content")]
    [InlineData(404, "404 Not Found")]
    [InlineData(500, "500 Internal Server Error")]
    public async Task Any_status_but_200_is_a_failure(int status, string words)
    {
        await using var scene = await StartAsync(status, Json, status == 204 ? "" : """{"text":"lost"}""");

        var outcome = await scene.TypeAsync("/dr status");

        Assert.Equal((500, $"Command with a trigger of 'dr' returned response {words}."), Seen(outcome));
        Assert.Equal("api.command.execute_command.failed_resp.app_error", outcome.ErrorId);
    }

    [Theory]
    [InlineData("")]
    [InlineData("""{"text":""")]
    [InlineData("""{"text":5}""")]
    [InlineData("""["text"]""")]
    [InlineData("""{"text":"a","extra_responses":[{"text":5}]}""")]
    public async Task Json_that_cannot_be_read_is_a_failure(string body)
    {
        await using var scene = await StartAsync(200, Json, body);

        Assert.Equal("api.command.execute_command.failed.app_error", (await scene.TypeAsync("/dr status")).ErrorId);
    }

    [Theory]
    [InlineData("command-answered-201", 201, "{}")]
    [InlineData("command-failed", 200, "{")]
    [InlineData("command-not-posted", 200, "long")]
    public async Task The_client_is_told_of_failures_as_recorded(string fixture, int status, string body)
    {
        var tooLong = CommandResponse.InChannel(new string('L', MattermostLimits.PostRunes + 1)).ToJson();
        await using var scene = await StartAsync(status, Json, body == "long" ? tooLong : body);

        using var answer = await scene.SendAsync("POST", "/api/v4/commands/execute", scene.User.Token,
            new { channel_id = scene.Channel.Id, team_id = scene.Server.TeamId, command = "/dr status" });

        await Fixture.Read(fixture).AssertLikeAsync(answer);
    }

    [Fact]
    public async Task More_than_a_mebibyte_is_a_failure()
    {
        await using var scene = await StartAsync(200, Json, $$"""{"text":"{{new string('L', MattermostLimits.CommandResponseBytes)}}"}""");

        Assert.Equal("api.command.execute_command.failed.app_error", (await scene.TypeAsync("/dr status")).ErrorId);
    }

    [Theory]
    [InlineData("in_channel", "api.command.execute_command.create_post_failed.app_error")]
    [InlineData("ephemeral", null)]
    public async Task Only_posts_have_a_limit_of_length(string type, string? errorId)
    {
        await using var scene = await StartAsync(200, Json, $$"""{"response_type":"{{type}}","text":"{{new string('L', MattermostLimits.PostRunes + 1)}}"}""");

        Assert.Equal(errorId, (await scene.TypeAsync("/dr status")).ErrorId);
    }

    [Fact]
    public async Task An_unreachable_integration_is_a_failure()
    {
        await using var scene = await StartAsync(200, Json, "{}");
        await scene.Integration!.DisposeAsync();

        Assert.Equal("api.command.execute_command.failed.app_error", (await scene.TypeAsync("/dr status")).ErrorId);
    }

    [Theory]
    [InlineData(302, "GET")]
    [InlineData(307, "POST")]
    public async Task A_redirect_is_followed_with_the_token(int status, string method)
    {
        await using var scene = await StandInScene.StartAsync(await LoopbackServer.StartAsync(context =>
        {
            if (context.Request.Path == "/there")
                return context.Response.WriteAsJsonAsync(new { text = "arrived" });

            context.Response.StatusCode = status;
            context.Response.Headers.Location = "/there";
            return Task.CompletedTask;
        }));

        Assert.Equal((200, "arrived"), Seen(await scene.TypeAsync("/dr status")));
        var second = scene.Integration!.Requests[1];
        Assert.Equal((method, "Token tok3n"), (second.Method, second.Headers["Authorization"]));
    }

    [Fact]
    public async Task Thirty_seconds_are_too_long()
    {
        var time = new FakeTimeProvider();
        var asked = new TaskCompletionSource();
        var integration = await LoopbackServer.StartAsync(context =>
        {
            asked.SetResult();
            return Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        await using var scene = await StandInScene.StartAsync(integration, new() { Time = time });

        var outcome = scene.TypeAsync("/dr status");
        await asked.Task;
        time.Advance(MattermostLimits.CommandTimeout);

        Assert.Equal("api.command.execute_command.failed.app_error", (await outcome).ErrorId);
    }

    private static (int Status, string Text) Seen(TestKit.Mattermost.CommandOutcome outcome) => (outcome.Status, outcome.Text);

    private static async Task<StandInScene> StartAsync(int status, string type, string body) =>
        await StandInScene.StartAsync(await LoopbackServer.StartAsync(status, type, body));
}
