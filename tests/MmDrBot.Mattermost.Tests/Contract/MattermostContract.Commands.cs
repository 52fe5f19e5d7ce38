using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace MmDrBot.Mattermost.Tests;

public abstract partial class MattermostContract
{
    private const string Json = "application/json";
    private const string CommandFailed = "api.command.execute_command.failed.app_error";
    private const string CommandAnswered = "api.command.execute_command.failed_resp.app_error";
    private const string CommandNotPosted = "api.command.execute_command.create_post_failed.app_error";

    [ContractFact]
    public async Task The_integration_gets_a_form_with_the_commands_token()
    {
        await using var integration = await LoopbackServer.StartAsync(200, Json, "{}");
        var token = await _scene.RegisterCommand(new Uri(integration.Url, "/mattermost/commands"));
        var me = await _admin.Api.GetMeAsync(None);

        await TypeAsync($"/DR Verify  \"a b\" & x=1 é ☃ @{me.Username} @nobodyatall");

        var request = Assert.Single(integration.Requests);
        Assert.Equal(("POST", "/mattermost/commands"), (request.Method, request.Path));
        Assert.Equal("Token " + token, request.Headers["Authorization"]);
        Assert.Equal("application/x-www-form-urlencoded", request.Headers["Content-Type"]);
        Assert.Equal(Json, request.Headers["Accept"]);
        Assert.Equal(request.Form.Select(field => field.Key).Order(StringComparer.Ordinal), request.Form.Select(field => field.Key));
        var command = SlashCommandRequest.Parse(request.Form);
        Assert.True(command.HasToken(token));
        Assert.Equal(("/dr", $"Verify  \"a b\" & x=1 é ☃ @{me.Username} @nobodyatall"), (command.Command, command.Text));
        Assert.Equal((me.Id, me.Username), (command.UserId, command.UserName));
        Assert.Equal((_scene.ChannelId, "dr", _scene.TeamId), (command.ChannelId, command.ChannelName, command.TeamId));
        Assert.Equal([new SlashMention(me.Username, me.Id)], command.UserMentions);
        Assert.NotEmpty(command.TriggerId);
        Assert.True(_bot.ResponseUrls.Allows(command.ResponseUrl));
    }

    [ContractTheory]
    [InlineData("/dr", "")]
    [InlineData("/dr ", "")]
    [InlineData("/dr\nline\n third ", "line\n third ")]
    [InlineData("/dr\tx", "x")]
    public async Task The_text_begins_after_the_first_white_space(string line, string text)
    {
        await using var integration = await LoopbackServer.StartAsync(200, Json, "{}");
        await _scene.RegisterCommand(integration.Url);

        await TypeAsync(line);

        Assert.Equal(text, SlashCommandRequest.Parse(Assert.Single(integration.Requests).Form).Text);
    }

    [ContractFact]
    public async Task An_answer_for_the_user_alone_comes_back_and_is_no_post()
    {
        var before = await _bot.Api.CreatePostAsync(Draft("before"), None);

        var (status, answer) = await AnsweredAsync(200, Json, CommandResponse.Ephemeral("for *you*").ToJson());

        Assert.Equal(200, status);
        Assert.Equal(("ephemeral", "for *you*"), ((string?)answer["response_type"], (string?)answer["text"]));
        Assert.NotEmpty((string)answer["trigger_id"]!);
        Assert.Equal(before.Message, (string?)(await _scene.NewestPost())["message"]);
    }

    [ContractFact]
    public async Task An_answer_for_the_channel_is_a_post_in_the_users_name()
    {
        var (status, _) = await AnsweredAsync(200, Json, """{"response_type":"in_channel","text":"for all","username":"DR","props":{"a":1}}""");

        var post = await _scene.NewestPost();
        Assert.Equal(200, status);
        Assert.Equal(("for all", (await _admin.Api.GetMeAsync(None)).Id), ((string?)post["message"], (string?)post["user_id"]));
        Assert.Equal("true", (string?)post["props"]!["from_webhook"]);
        Assert.Equal("DR", (string?)post["props"]!["override_username"]);
        Assert.Equal(1, (int?)post["props"]!["a"]);
    }

    [ContractTheory]
    [InlineData(Json, "{}", "")]
    [InlineData("text/plain", "hello **plain** text", "hello **plain** text")]
    [InlineData("text/html", """{"text":"as plain"}""", """{"text":"as plain"}""")]
    public async Task Other_answers_with_200_are_taken_as_they_are(string type, string body, string seen)
    {
        var (status, answer) = await AnsweredAsync(200, type, body);

        Assert.Equal((200, seen), (status, (string?)answer["text"]));
    }

    [ContractTheory]
    [InlineData(201, "{}")]
    [InlineData(204, "")]
    [InlineData(404, """{"text":"lost"}""")]
    [InlineData(500, """{"text":"lost"}""")]
    public async Task Any_status_but_200_fails_the_command(int status, string body) =>
        AssertFailed(500, CommandAnswered, await AnsweredAsync(status, Json, body));

    [ContractTheory]
    [InlineData("")]
    [InlineData("""{"text":""")]
    [InlineData("""{"text":5}""")]
    [InlineData("""["text"]""")]
    [InlineData("""{"text":"a","extra_responses":[{"text":5}]}""")]
    public async Task An_answer_that_cannot_be_read_fails_the_command(string body) => AssertFailed(500, CommandFailed, await AnsweredAsync(200, Json, body));

    [ContractFact]
    public async Task An_answer_beyond_a_mebibyte_fails_the_command() =>
        AssertFailed(500, CommandFailed, await AnsweredAsync(200, Json, $$"""{"text":"{{new string('L', MattermostLimits.CommandResponseBytes)}}"}"""));

    [ContractFact]
    public async Task An_answer_for_the_channel_beyond_the_limit_fails_the_command() =>
        AssertFailed(500, CommandNotPosted, await AnsweredAsync(200, Json, CommandResponse.InChannel(new string('L', MattermostLimits.PostRunes + 1)).ToJson()));

    [ContractFact]
    public async Task An_answer_for_the_user_alone_may_be_longer_than_a_post()
    {
        var (status, answer) = await AnsweredAsync(200, Json, CommandResponse.Ephemeral(new string('L', MattermostLimits.PostRunes + 1)).ToJson());

        Assert.Equal((200, MattermostLimits.PostRunes + 1), (status, ((string)answer["text"]!).Length));
    }

    [ContractFact]
    public async Task An_unreachable_integration_fails_the_command()
    {
        var integration = await LoopbackServer.StartAsync(200, Json, "{}");
        await _scene.RegisterCommand(integration.Url);
        await integration.DisposeAsync();

        AssertFailed(500, CommandFailed, await TypeAsync("/dr status"));
    }

    [ContractFact]
    public async Task An_unknown_command_is_not_found() =>
        AssertFailed(404, "api.command.execute_command.not_found.app_error", await TypeAsync("/nosuchcommand x"));

    [ContractTheory]
    [InlineData("dr")]
    [InlineData("/")]
    public async Task A_line_that_is_no_command_is_refused(string line) =>
        AssertFailed(400, "api.command.execute_command.start.app_error", await TypeAsync(line));

    [ContractTheory]
    [InlineData(302, "GET")]
    [InlineData(307, "POST")]
    public async Task A_redirect_is_followed_with_the_token(int status, string method)
    {
        await using var integration = await LoopbackServer.StartAsync(context =>
        {
            if (context.Request.Path == "/there")
                return context.Response.WriteAsJsonAsync(new { text = "arrived" });

            context.Response.StatusCode = status;
            context.Response.Headers.Location = "/there";
            return Task.CompletedTask;
        });
        var token = await _scene.RegisterCommand(integration.Url);

        var (_, answer) = await TypeAsync("/dr status");

        Assert.Equal("arrived", (string?)answer["text"]);
        Assert.Equal((method, "Token " + token), (integration.Requests[1].Method, integration.Requests[1].Headers["Authorization"]));
    }

    [ContractFact]
    public async Task An_administrator_sees_a_commands_token_and_address()
    {
        var token = await _scene.RegisterCommand(new Uri("http://127.0.0.1:9/mattermost/commands"));

        var command = Assert.Single(await _admin.Api.GetCustomCommandsAsync(_scene.TeamId, None));

        Assert.Equal(("dr", token, "http://127.0.0.1:9/mattermost/commands"), (command.Trigger, command.Token, command.Url));
    }

    [ContractFact]
    public async Task A_response_url_works_five_times()
    {
        var url = await ResponseUrlAsync();

        for (var use = 0; use < MattermostLimits.ResponseUrlUses; use++)
            await _bot.ResponseUrls.SendAsync(url, CommandResponse.InChannel($"later {use}"), None);

        var failure = await Assert.ThrowsAsync<MattermostApiException>(() => _bot.ResponseUrls.SendAsync(url, CommandResponse.Ephemeral("sixth"), None));
        Assert.Equal((HttpStatusCode.BadRequest, MattermostErrorIds.ResponseUrlUsedUp), (failure.StatusCode, failure.ErrorId));
        Assert.Equal("later 4", (string?)(await _scene.NewestPost())["message"]);
    }

    [ContractFact]
    public async Task An_unknown_response_url_is_gone()
    {
        var url = new Uri(_scene.Url, "/hooks/commands/" + UnknownId).AbsoluteUri;

        var failure = await Assert.ThrowsAsync<MattermostApiException>(() => _bot.ResponseUrls.SendAsync(url, CommandResponse.Ephemeral("x"), None));

        Assert.Equal((HttpStatusCode.NotFound, MattermostErrorIds.ResponseUrlMissing), (failure.StatusCode, failure.ErrorId));
    }

    [ContractTheory]
    [InlineData("")]
    [InlineData("""{"text":""")]
    public async Task A_response_url_takes_no_broken_json(string body)
    {
        using var http = new HttpClient();
        using var answer = await http.PostAsync(await ResponseUrlAsync(), new StringContent(body, MediaTypeHeaderValue.Parse(Json)));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("web.command_webhook.parse.app_error", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private async Task<string> ResponseUrlAsync()
    {
        await using var integration = await LoopbackServer.StartAsync(200, Json, "{}");
        await _scene.RegisterCommand(integration.Url);
        await TypeAsync("/dr backup");

        return SlashCommandRequest.Parse(integration.Requests[0].Form).ResponseUrl;
    }

    private async Task<(int Status, JsonObject Body)> AnsweredAsync(int status, string type, string body)
    {
        await using var integration = await LoopbackServer.StartAsync(status, type, body);
        await _scene.RegisterCommand(integration.Url);

        return await TypeAsync("/dr status");
    }

    private async Task<(int Status, JsonObject Body)> TypeAsync(string line)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new("Bearer", _scene.AdminToken);
        var args = new JsonObject { ["channel_id"] = _scene.ChannelId, ["team_id"] = _scene.TeamId, ["command"] = line };
        using var answer = await http.PostAsJsonAsync(new Uri(_scene.Url, "/api/v4/commands/execute"), args);

        return ((int)answer.StatusCode, (await answer.Content.ReadFromJsonAsync<JsonObject>())!);
    }

    private static void AssertFailed(int status, string errorId, (int Status, JsonObject Body) outcome) =>
        Assert.Equal((status, errorId), (outcome.Status, (string?)outcome.Body["id"]));
}
