using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using MmDrBot.TestKit.Mattermost;

namespace MmDrBot.Mattermost.Tests;

/// <summary>What was recorded of clicks and dialogs beyond the contract.</summary>
public sealed class StandInActionTests
{
    private const string Json = "application/json";

    [Fact]
    public async Task A_click_on_a_message_that_one_user_sees_needs_its_cookie()
    {
        await using var scene = await WhisperingAsync("""{"ephemeral_text":"clicked"}""");
        var message = Assert.Single((await scene.TypeAsync("/dr status")).Messages);

        using var bare = await scene.SendAsync("POST", $"/api/v4/posts/{message.Id}/actions/yes", scene.User.Token, new { });
        var outcome = await scene.Server.ClickAsync(scene.User, message, "Yes", CancellationToken.None);

        Assert.Equal(403, (int)bare.StatusCode);
        Assert.Equal((200, "clicked"), (outcome.Status, outcome.Text));
    }

    [Fact]
    public async Task A_message_that_one_user_sees_cannot_be_changed_though_the_click_arrived()
    {
        await using var scene = await WhisperingAsync("""{"update":{"message":"changed"}}""");
        var message = Assert.Single((await scene.TypeAsync("/dr status")).Messages);

        var outcome = await scene.Server.ClickAsync(scene.User, message, "Yes", CancellationToken.None);

        Assert.Equal((404, MattermostErrorIds.PostMissing), (outcome.Status, outcome.ErrorId));
        Assert.Equal(2, scene.Integration!.Requests.Count);
    }

    [Theory]
    [InlineData("""{"update":{"message":"changed","props":{}}}""", 0)]
    [InlineData("""{"update":{"message":"changed"}}""", 1)]
    public async Task An_update_changes_the_post_and_its_buttons_if_it_has_properties(string answer, int buttons)
    {
        await using var scene = await StandInScene.StartAsync(await LoopbackServer.StartAsync(200, Json, answer));
        var post = await PostAsync(scene, scene.Bot);

        await scene.Server.ClickAsync(scene.User, post, "Yes", CancellationToken.None);

        var changed = scene.Server.Posts.Single(one => one.Id == post.Id);
        Assert.Equal(("changed", buttons), (changed.Message, MattermostStandIn.ButtonsOf(changed.Props).Count));
    }

    [Fact]
    public async Task Anybody_may_make_a_button_and_who_is_not_in_the_channel_may_not_click()
    {
        await using var scene = await StandInScene.StartAsync(await LoopbackServer.StartAsync(200, Json, "{}"));
        var post = await PostAsync(scene, scene.User);

        var stranger = await scene.Server.ClickAsync(scene.Server.AddUser("other"), post, "Yes", CancellationToken.None);
        var member = await scene.Server.ClickAsync(scene.Bot, post, "Yes", CancellationToken.None);

        Assert.Equal((403, 200), (stranger.Status, member.Status));
    }

    [Fact]
    public async Task A_trigger_opens_dialogs_for_three_seconds_without_any_session()
    {
        var time = new FakeTimeProvider();
        await using var scene = await StandInScene.StartAsync(await LoopbackServer.StartAsync(200, Json, "{}"), new() { Time = time });
        await scene.TypeAsync("/dr status");
        var trigger = SlashCommandRequest.Parse(scene.Integration!.Requests[0].Form).TriggerId;
        var request = new JsonObject { ["trigger_id"] = trigger, ["url"] = "http://127.0.0.1:9/", ["dialog"] = new JsonObject { ["title"] = new string('T', 60) } };

        time.Advance(TimeSpan.FromSeconds(3));
        using var first = await scene.SendAsync("POST", "/api/v4/actions/dialogs/open", token: null, request);
        using var second = await scene.SendAsync("POST", "/api/v4/actions/dialogs/open", token: null, request);
        time.Advance(TimeSpan.FromSeconds(1));
        using var late = await scene.SendAsync("POST", "/api/v4/actions/dialogs/open", token: null, request);

        Assert.Equal((200, 200, 400), ((int)first.StatusCode, (int)second.StatusCode, (int)late.StatusCode));
        Assert.Contains(MattermostErrorIds.TriggerExpired, await late.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.All(scene.Server.Dialogs, dialog => Assert.Equal(scene.User.Id, dialog.UserId));
    }

    private static async Task<StandInPost> PostAsync(StandInScene scene, StandInUser author)
    {
        var action = new JsonObject { ["id"] = "yes", ["name"] = "Yes", ["integration"] = new JsonObject { ["url"] = new Uri(scene.Integration!.Url, "/action").AbsoluteUri } };
        var body = new JsonObject { ["channel_id"] = scene.Channel.Id, ["message"] = "?", ["props"] = new JsonObject { ["attachments"] = new JsonArray(new JsonObject { ["actions"] = new JsonArray(action) }) } };
        using var answer = await scene.SendAsync("POST", "/api/v4/posts", author.Token, body);
        Assert.Equal(201, (int)answer.StatusCode);

        return scene.Server.Posts[^1];
    }

    private static async Task<StandInScene> WhisperingAsync(string clicked)
    {
        LoopbackServer integration = null!;
        integration = await LoopbackServer.StartAsync(context =>
        {
            context.Response.ContentType = Json;
            var action = new JsonObject { ["id"] = "yes", ["name"] = "Yes", ["integration"] = new JsonObject { ["url"] = new Uri(integration.Url, "/action").AbsoluteUri } };
            return context.Response.WriteAsync(context.Request.Path == "/dr" ? new JsonObject { ["text"] = "Really?", ["attachments"] = new JsonArray(new JsonObject { ["actions"] = new JsonArray(action) }) }.ToJsonString() : clicked);
        });

        return await StandInScene.StartAsync(integration);
    }
}
