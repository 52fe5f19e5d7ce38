using System.Text.Json.Nodes;

namespace MmDrBot.Mattermost.Tests;

/// <summary>Answers about accounts, held against what 5.37 was seen to answer.</summary>
public sealed class StandInAccountFidelityTests(ContractDatabase database) : IClassFixture<ContractDatabase>, IAsyncLifetime
{
    private const string UnknownId = "xxxxxxxxxxxxxxxxxxxxxxxxxx";
    private const string Ok = """{"new_password":"Dr-temporary-1"}""";

    private AccountScene _scene = null!;

    public async Task InitializeAsync() => _scene = await AccountScene.StartAsync(database);

    public async Task DisposeAsync() => await _scene.DisposeAsync();

    [Theory]
    [InlineData("auth-set", "PUT", "users/{person}/auth", """{"auth_service":"saml","auth_data":"{run}","password":"ignored"}""")]
    [InlineData("auth-set", "PUT", "users/" + UnknownId + "/auth", """{"auth_service":"saml","auth_data":"{run}"}""")]
    [InlineData("auth-set", "PUT", "users/{person}/auth", """{"auth_service":"bogus-service","auth_data":"{run}"}""")]
    [InlineData("auth-taken", "PUT", "users/{person}/auth", """{"auth_service":"ldap","auth_data":"{taken}"}""")]
    [InlineData("auth-invalid", "PUT", "users/{person}/auth", """{"auth_service":"saml","auth_data":""}""")]
    [InlineData("auth-invalid", "PUT", "users/{person}/auth", "{}")]
    [InlineData("auth-invalid", "PUT", "users/{person}/auth", """{"auth_service":"saml","auth_data":7}""")]
    [InlineData("auth-too-long", "PUT", "users/{person}/auth", """{"auth_service":"a-service-of-more-than-32-characters","auth_data":"{run}"}""")]
    [InlineData("auth-no-json", "PUT", "users/{person}/auth", "\"no object\"")]
    [InlineData("status-ok", "PUT", "users/{person}/password", Ok)]
    [InlineData("password-policy", "PUT", "users/{person}/password", """{"new_password":"Abcdef1!x"}""")]
    [InlineData("password-policy", "PUT", "users/{person}/password", """{"new_password":"ABCDEFGH1!"}""")]
    [InlineData("password-policy", "PUT", "users/{person}/password", """{"new_password":123}""")]
    [InlineData("password-policy", "PUT", "users/{person}/password", "{}")]
    [InlineData("password-forbidden", "PUT", "users/" + UnknownId + "/password", Ok)]
    [InlineData("password-own", "PUT", "users/{admin}/password", Ok)]
    [InlineData("user-whole", "PUT", "users/{person}/patch", "{}")]
    [InlineData("status-ok", "POST", "users/{person}/sessions/revoke/all", null)]
    [InlineData("status-ok", "POST", "users/" + UnknownId + "/sessions/revoke/all", null)]
    [InlineData("status-ok", "POST", "caches/invalidate", null)]
    [InlineData("reset-sso", "POST", "users/password/reset/send", """{"email":"zoe{run}@acme.example"}""")]
    [InlineData("reset-no-address", "POST", "users/password/reset/send", "{}")]
    [InlineData("status-ok", "POST", "users/password/reset/send", """{"email":"nobody@nowhere.example"}""")]
    [InlineData("user-by-id", "GET", "users/{person}", null)]
    [InlineData("user-by-id", "GET", "users/username/zoe{run}", null)]
    [InlineData("user-by-id", "GET", "users/email/zoe{run}@acme.example", null)]
    [InlineData("users-by-name", "POST", "users/usernames", """["zoe{run}","nosuchuser"]""")]
    [InlineData("users-by-name", "POST", "users/ids", """["{person}"]""")]
    [InlineData("config-bad-site", "PUT", "config/patch", """{"ServiceSettings":{"SiteURL":"nonsense"}}""")]
    public async Task An_administrators_call_answers_as_recorded(string fixture, string method, string path, string? body)
    {
        var person = await _scene.PersonAsync();
        var holder = await _scene.PersonAsync("holder", "saml");
        string Fill(string text) => text.Replace("{person}", person.Id, StringComparison.Ordinal).Replace("{run}", _scene.Run, StringComparison.Ordinal)
            .Replace("{admin}", _scene.Admin.Id, StringComparison.Ordinal).Replace("{taken}", holder.AuthData, StringComparison.Ordinal);

        using var answer = await _scene.SendAsync(method, Fill(path), _scene.Admin.Token, body is null ? null : JsonNode.Parse(Fill(body)));

        await Fixture.Read(fixture).AssertLikeAsync(answer);
    }

    [Theory]
    [InlineData("permissions", "PUT", "auth", """{"auth_service":"saml","auth_data":"x"}""")]
    [InlineData("permissions", "PUT", "patch", "{}")]
    [InlineData("permissions", "POST", "sessions/revoke/all", null)]
    [InlineData("password-forbidden", "PUT", "password", Ok)]
    public async Task A_plain_bots_call_is_refused_as_recorded(string fixture, string method, string call, string? body)
    {
        var person = await _scene.PersonAsync();

        using var answer = await _scene.SendAsync(method, $"users/{person.Id}/{call}", _scene.Bot.Token, body is null ? null : JsonNode.Parse(body));

        await Fixture.Read(fixture).AssertLikeAsync(answer);
    }

    [Fact]
    public async Task Without_a_token_nothing_is_bound()
    {
        var person = await _scene.PersonAsync();

        using var answer = await _scene.SendAsync("PUT", $"users/{person.Id}/auth", token: null, JsonNode.Parse("""{"auth_service":"saml","auth_data":"x"}"""));

        await Fixture.Read("no-token").AssertLikeAsync(answer);
    }

    [Theory]
    [InlineData("user-logged-in", "Dr-temporary-1")]
    [InlineData("login-refused", "nope")]
    [InlineData("login-blank", "")]
    public async Task A_login_answers_as_recorded(string fixture, string password)
    {
        var person = await _scene.ConvertedAsync();

        using var answer = await _scene.SendAsync("POST", "users/login", token: null, new JsonObject { ["login_id"] = person.Username, ["password"] = password });

        await Fixture.Read(fixture).AssertLikeAsync(answer);
        Assert.Equal(fixture == "user-logged-in", answer.Headers.Contains("Token"));
    }

    [Fact]
    public async Task An_environment_that_overrides_nothing_is_null()
    {
        using var answer = await _scene.SendAsync("GET", "config/environment", _scene.Admin.Token);

        Assert.Equal("null", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task The_rate_limiter_answers_in_plain_text()
    {
        _scene.Server.FailNext("GET /api/v4/users/me", 429, retryAfter: TimeSpan.FromSeconds(1));

        using var answer = await _scene.SendAsync("GET", "users/me", _scene.Admin.Token);

        Assert.Equal((429, "limit exceeded"), ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync()));
        Assert.Equal("text/plain", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(TimeSpan.FromSeconds(1), answer.Headers.RetryAfter?.Delta);
    }
}
