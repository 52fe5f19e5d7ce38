using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace MmDrBot.Mattermost.Tests;

public sealed class AccountCallTests
{
    private const string Id = "abcdefghijklmnopqrstuvwxyz";
    private const string Ok = """{"status":"OK"}""";

    private static CancellationToken None => CancellationToken.None;

    public static TheoryData<string, string, string, Func<IMattermostApi, Task>> Writes => new()
    {
        { "PUT", $"/api/v4/users/{Id}/password", """{"new_password":"Aa1!"}""", api => api.SetPasswordAsync(Id, new("Aa1!"), None) },
        { "PUT", $"/api/v4/users/{Id}/auth", """{"auth_service":"saml","auth_data":"a@idp"}""", api => api.SetAuthAsync(Id, new("saml", "a@idp"), None) },
        { "PUT", $"/api/v4/users/{Id}/patch", "{}", api => api.PatchUserAsync(Id, new(), None) },
        { "POST", $"/api/v4/users/{Id}/sessions/revoke/all", "", api => api.RevokeSessionsAsync(Id, None) },
        { "POST", "/api/v4/users/password/reset/send", """{"email":"a@acme.example"}""", api => api.SendPasswordResetAsync(new("a@acme.example"), None) },
        { "PUT", "/api/v4/config/patch", """{"TeamSettings":{"SiteName":"x"}}""", api => api.PatchConfigAsync(Patch(), None) },
    };

    [Theory]
    [MemberData(nameof(Writes))]
    public async Task A_write_has_the_address_and_the_body_that_mattermost_knows(string method, string path, string body, Func<IMattermostApi, Task> call)
    {
        await using var server = await LoopbackServer.StartAsync(200, "application/json", Ok);
        await using var client = new Client(server.Url, "t");

        await call(client.Api);

        var request = Assert.Single(server.Requests);
        Assert.Equal((method, path, body), (request.Method, request.Path, request.Body));
    }

    [Theory]
    [MemberData(nameof(Writes))]
    public async Task A_write_that_meets_the_rate_limit_is_left_to_the_caller(string method, string path, string body, Func<IMattermostApi, Task> call)
    {
        await using var server = await LoopbackServer.StartAsync(LimitAsync);

        var failure = await FailsAsync(server, call);

        Assert.Equal(HttpStatusCode.TooManyRequests, failure.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), failure.RetryAfter);
        Assert.True(failure.IsTransient);
        Assert.Equal((method, path, body), Assert.Single(server.Requests.Select(request => (request.Method, request.Path, request.Body))));
    }

    [Theory]
    [MemberData(nameof(Writes))]
    public async Task A_write_whose_answer_is_lost_is_sent_once_and_has_no_status(string method, string path, string body, Func<IMattermostApi, Task> call)
    {
        await using var server = await LoopbackServer.StartAsync(context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });

        var failure = await FailsAsync(server, call);

        Assert.Null(failure.StatusCode);
        Assert.True(failure.IsTransient);
        Assert.Equal((method, path, body), Assert.Single(server.Requests.Select(request => (request.Method, request.Path, request.Body))));
    }

    [Fact]
    public async Task Settings_are_read_as_they_are()
    {
        await using var server = await LoopbackServer.StartAsync(200, "application/json", """{"EmailSettings":{"EnableSignInWithEmail":true}}""");
        await using var client = new Client(server.Url, "t");

        var config = await client.Api.GetConfigAsync(None);
        var environment = await client.Api.GetEnvironmentConfigAsync(None);

        Assert.True((bool?)config["EmailSettings"]!["EnableSignInWithEmail"]);
        Assert.True((bool?)environment["EmailSettings"]!["EnableSignInWithEmail"]);
        Assert.Equal(["/api/v4/config", "/api/v4/config/environment"], server.Requests.Select(request => request.Path));
    }

    [Fact]
    public async Task An_environment_that_overrides_nothing_is_empty()
    {
        await using var server = await LoopbackServer.StartAsync(200, "application/json", "null");
        await using var client = new Client(server.Url, "t");

        Assert.Empty(await client.Api.GetEnvironmentConfigAsync(None));
    }

    [Fact]
    public void A_password_is_not_printed() =>
        Assert.DoesNotContain("Secret-1", $"{new NewPassword("Secret-1")}", StringComparison.Ordinal);

    private static JsonObject Patch() => new() { ["TeamSettings"] = new JsonObject { ["SiteName"] = "x" } };

    private static Task LimitAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.Headers.RetryAfter = "1";

        return context.Response.WriteAsync("limit exceeded");
    }

    private static async Task<MattermostApiException> FailsAsync(LoopbackServer server, Func<IMattermostApi, Task> call)
    {
        await using var client = new Client(server.Url, "t");

        return await Assert.ThrowsAsync<MattermostApiException>(() => call(client.Api));
    }
}
