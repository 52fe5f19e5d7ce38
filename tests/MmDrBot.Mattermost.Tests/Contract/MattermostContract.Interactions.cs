using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace MmDrBot.Mattermost.Tests;

public abstract partial class MattermostContract
{
    private const string Accepted = """{"ephemeral_text":"done"}""";

    [ContractFact]
    public async Task A_click_reaches_the_integration_without_any_token_and_brings_the_context()
    {
        await using var integration = await LoopbackServer.StartAsync(200, Json, Accepted);
        var post = await PostButtonAsync(integration, "go", new JsonObject { ["k"] = "v" });
        var me = await _admin.Api.GetMeAsync(None);

        var (status, answer) = await ClickAsync(post.Id, "go");

        Assert.Equal((200, "OK"), (status, (string?)answer["status"]));
        Assert.NotEmpty((string)answer["trigger_id"]!);
        var request = Assert.Single(integration.Requests);
        Assert.False(request.Headers.ContainsKey("Authorization"));
        Assert.StartsWith(Json, request.Headers["Content-Type"], StringComparison.Ordinal);
        var click = PostActionRequest.Parse(request.Body);
        Assert.Equal((me.Id, me.Username, _scene.ChannelId, post.Id, "v"), (click.UserId, click.UserName, click.ChannelId, click.PostId, click.ContextText("k")));
        Assert.NotEqual((string?)answer["trigger_id"], click.TriggerId);
    }

    [ContractFact]
    public async Task No_client_sees_what_a_button_of_a_post_carries()
    {
        await using var integration = await LoopbackServer.StartAsync(200, Json, Accepted);
        var post = await PostButtonAsync(integration, "go", new JsonObject { ["k"] = "v" });

        var seen = (await _admin.Api.GetPostAsync(post.Id, None)).Props!.ToJsonString();

        Assert.Contains("Go", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("integration", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("integration", post.Props!.ToJsonString(), StringComparison.Ordinal);
    }

    [ContractFact]
    public async Task An_edit_of_the_text_alone_keeps_buttons_and_other_properties_replace_them()
    {
        await using var integration = await LoopbackServer.StartAsync(200, Json, Accepted);
        var post = await PostButtonAsync(integration, "go", new JsonObject());

        await _bot.Api.PatchPostAsync(post.Id, new PostPatch { Message = "later" }, None);
        Assert.Equal(200, (await ClickAsync(post.Id, "go")).Status);

        await _bot.Api.PatchPostAsync(post.Id, new PostPatch { Props = Buttons(integration, "stop", new JsonObject()) }, None);
        AssertFailed(404, MattermostErrorIds.ActionMissing, await ClickAsync(post.Id, "go"));
        Assert.Equal(200, (await ClickAsync(post.Id, "stop")).Status);

        await _bot.Api.PatchPostAsync(post.Id, new PostPatch { Props = [] }, None);
        AssertFailed(404, MattermostErrorIds.ActionMissing, await ClickAsync(post.Id, "stop"));
    }

    [ContractTheory]
    [InlineData(500, "{}")]
    [InlineData(204, "")]
    [InlineData(200, "no JSON")]
    public async Task An_integration_that_does_not_answer_200_with_JSON_fails_the_click(int status, string body)
    {
        await using var integration = await LoopbackServer.StartAsync(status, Json, body);
        var post = await PostButtonAsync(integration, "go", new JsonObject());

        AssertFailed(400, MattermostErrorIds.ActionFailed, await ClickAsync(post.Id, "go"));
    }

    [ContractFact]
    public async Task An_id_with_a_dash_cannot_be_clicked()
    {
        await using var integration = await LoopbackServer.StartAsync(200, Json, Accepted);
        var post = await PostButtonAsync(integration, "go-on", new JsonObject());

        Assert.Equal(404, (await ClickAsync(post.Id, "go-on")).Status);
        Assert.Empty(integration.Requests);
    }

    [ContractFact]
    public async Task A_click_opens_a_dialog_and_its_submission_comes_with_the_sessions_user()
    {
        await using var integration = await LoopbackServer.StartAsync(context => context.Response.WriteAsync(
            context.Request.Path == "/dialog" ? """{"error":"general","errors":{"users":"no such user"}}""" : Accepted));
        var post = await PostButtonAsync(integration, "go", new JsonObject());
        await ClickAsync(post.Id, "go");
        var trigger = PostActionRequest.Parse(integration.Requests[0].Body).TriggerId;
        var url = new Uri(integration.Url, "/dialog").AbsoluteUri;

        await _bot.Api.OpenDialogAsync(new OpenDialogRequest { TriggerId = trigger, Url = url, Dialog = new Dialog { Title = "Convert users", State = "signed" } }, None);
        var (status, answer) = await PostAsync("/api/v4/actions/dialogs/submit", new JsonObject
        {
            ["url"] = url,
            ["callback_id"] = "convert",
            ["state"] = "signed",
            ["user_id"] = _scene.PersonId,
            ["channel_id"] = _scene.ChannelId,
            ["team_id"] = _scene.TeamId,
            ["submission"] = new JsonObject { ["users"] = "alice\nbob", ["ok"] = true },
            ["cancelled"] = false,
        });

        Assert.Equal((200, "general", "no such user"), (status, (string?)answer["error"], (string?)answer["errors"]!["users"]));
        var submission = DialogSubmission.Parse(integration.Requests[^1].Body);
        Assert.Equal((await _admin.Api.GetMeAsync(None)).Id, submission.UserId);
        Assert.Equal(("dialog_submission", "convert", "signed", false), (submission.Type, submission.CallbackId, submission.State, submission.Cancelled));
        Assert.Equal(("alice\nbob", "true"), (submission.Fields()["users"], submission.Fields()["ok"]));
    }

    [ContractFact]
    public async Task A_dialog_needs_a_trigger_and_an_address()
    {
        var failure = await FailsAsync(HttpStatusCode.BadRequest, null, () => _bot.Api.OpenDialogAsync(new OpenDialogRequest { TriggerId = "garbage", Url = "http://127.0.0.1:9/", Dialog = new Dialog { Title = "T" } }, None));

        Assert.Equal("interactive_message.decode_trigger_id.base64_decode_failed", failure.ErrorId);
    }

    [ContractFact]
    public async Task Buttons_of_an_answer_for_one_user_work_by_a_cookie_and_the_answer_cannot_be_changed()
    {
        var clicked = """{"update":{"message":"changed"},"ephemeral_text":"done"}""";
        LoopbackServer integration = null!;
        integration = await LoopbackServer.StartAsync(context =>
        {
            context.Response.ContentType = Json;
            return context.Response.WriteAsync(context.Request.Path == "/dr" ? Whisper(integration) : clicked);
        });
        await using var _ = integration;
        await _scene.RegisterCommand(new Uri(integration.Url, "/dr"));

        var (_, answer) = await TypeAsync("/dr status");

        var action = answer["attachments"]![0]!["actions"]![0]!.AsObject();
        Assert.False(action.ContainsKey("integration"));
        Assert.NotEmpty((string)action["cookie"]!);
    }

    [ContractFact]
    public async Task A_message_for_one_user_is_for_administrators_to_send()
    {
        var whisper = new EphemeralPost { UserId = (await _admin.Api.GetMeAsync(None)).Id, Post = Draft("for you alone") };

        await FailsAsync(HttpStatusCode.Forbidden, MattermostErrorIds.Permissions, () => _bot.Api.CreateEphemeralPostAsync(whisper, None));
        Assert.Equal("system_ephemeral", (await _admin.Api.CreateEphemeralPostAsync(whisper, None)).Type);
    }

    private static string Whisper(LoopbackServer integration) => new JsonObject
    {
        ["text"] = "Really?",
        ["attachments"] = Buttons(integration, "yes", new JsonObject { ["op"] = "x" })["attachments"]!.DeepClone(),
    }.ToJsonString();

    private Task<Post> PostButtonAsync(LoopbackServer integration, string id, JsonObject context) =>
        _bot.Api.CreatePostAsync(Draft("with a button") with { Props = Buttons(integration, id, context) }, None);

    private static JsonObject Buttons(LoopbackServer integration, string id, JsonObject context)
    {
        var action = new PostAction { Id = id, Name = "Go", Integration = new PostActionIntegration { Url = new Uri(integration.Url, "/action").AbsoluteUri, Context = context } };

        return new() { ["attachments"] = JsonSerializer.SerializeToNode(new[] { new MessageAttachment { Text = "t", Actions = [action] } }, MattermostJson.Options) };
    }

    private Task<(int Status, JsonObject Body)> ClickAsync(string postId, string actionId) => PostAsync($"/api/v4/posts/{postId}/actions/{actionId}", []);

    private async Task<(int Status, JsonObject Body)> PostAsync(string path, JsonObject body)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new("Bearer", _scene.AdminToken);
        using var answer = await http.PostAsJsonAsync(new Uri(_scene.Url, path), body);

        return ((int)answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject());
    }
}
