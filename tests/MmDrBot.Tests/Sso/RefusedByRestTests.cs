using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MmDrBot.TestKit.Mattermost;

namespace MmDrBot.Tests.Sso;

/// <summary>Whom Mattermost would refuse, or would lock out, is refused before it is asked, each with the reason.</summary>
public sealed class RefusedByRestTests(OpenSsoFixture sso) : IClassFixture<OpenSsoFixture>
{
    [Theory]
    [InlineData("remoteid = 'remoteremoteremoteremotere'", "belongs to a connected server")]
    [InlineData("authservice = 'magic_link', authdata = null, roles = 'system_guest'", "guest who signs in by a mailed link")]
    [InlineData("authservice = 'magic_link', authdata = '', roles = 'system_guest'", "guest who signs in by a mailed link")]
    [InlineData("authservice = 'magic_link', roles = 'system_guest'", "guest who signs in by a mailed link")]
    [InlineData("authdata = null", "has no binding to gitlab")]
    [InlineData("roles = 'system_user system_admin'", "is a system administrator")]
    [InlineData("deleteat = 7", "is deactivated")]
    public async Task An_account_of_a_kind_that_is_not_converted_is_refused_with_its_reason_and_left_alone(string change, string reason)
    {
        var (person, other) = (await sso.PersonAsync(), await sso.PersonAsync());
        await sso.Database.ExecuteAsync($"update users set {change} where id = '{person.Id}'");
        var before = await RowAsync(person);

        var results = await ConvertAsync(person.Username, other.Username);

        Assert.Equal(["refused", "converted"], results.Select(result => (string)result!["outcome"]!));
        Assert.Contains(reason, (string?)results[0]!["message"], StringComparison.Ordinal);
        Assert.Equal(person.Id, (string?)results[0]!["userId"]);
        Assert.Equal(before, await RowAsync(person));
        Assert.DoesNotContain(await sso.LedgerAsync(), binding => binding.UserId == person.Id);
        Assert.Null(await sso.NewestAsync(person.Id));
        Assert.DoesNotContain(sso.Mattermost.Calls, call => call.Contains(person.Id, StringComparison.Ordinal));
        await sso.RevertAsync(other.Username);
    }

    [Fact]
    public async Task Mattermost_itself_would_refuse_a_remote_account()
    {
        var person = await sso.PersonAsync();
        await sso.Database.ExecuteAsync($"update users set remoteid = 'remoteremoteremoteremotere' where id = '{person.Id}'");
        using var client = new HttpClient { BaseAddress = sso.Mattermost.Url, DefaultRequestHeaders = { Authorization = new("Bearer", sso.Bot.Token) } };

        using var answer = await client.PutAsJsonAsync($"/api/v4/users/{person.Id}/password", new { new_password = "Some-long-pass-1" });

        Assert.Equal("api.user.update_password.failed.app_error", (string?)(await answer.Content.ReadFromJsonAsync<JsonNode>())!["id"]);
    }

    private async Task<JsonArray> ConvertAsync(params string[] users)
    {
        using var answer = await sso.Rest.PostAsJsonAsync("/api/v1/sso-conversions", new { users, ticket = "INC-74" });
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<JsonArray>())!;
    }

    private Task<string?> RowAsync(StandInAccount person) => sso.Database.ScalarAsync<string>($"select row_to_json(u)::text from users u where id = '{person.Id}'");
}
