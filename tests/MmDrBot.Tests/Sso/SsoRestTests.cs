using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace MmDrBot.Tests.Sso;

/// <summary>What a tool needs beyond converting and bringing back.</summary>
public sealed class SsoRestTests(OpenSsoFixture sso) : IClassFixture<OpenSsoFixture>
{
    [Fact]
    public async Task An_outage_is_closed_only_as_it_was_seen_and_its_conversions_are_listed_and_recovered()
    {
        await OpenAsync();
        var (first, second) = (await sso.PersonAsync(), await sso.PersonAsync());
        await ConvertAsync(first.Username);
        using var listed = await sso.Rest.GetAsync(Path("sso-outages"));
        var service = (string)(await JsonAsync(listed))[0]!["service"]!;
        using var seen = await sso.Rest.GetAsync(Path($"sso-outages/{service}"));
        Assert.Single((await JsonAsync(seen))["open"]!.AsArray());

        await ConvertAsync(second.Username);
        using var stale = await CloseAsync(service, seen.Headers.ETag!.ToString());
        Assert.Equal((HttpStatusCode.PreconditionFailed, "stale"), (stale.StatusCode, (string?)(await JsonAsync(stale))["code"]));

        using var page = await sso.Rest.GetAsync(Path("sso-conversions?limit=1&open=true"));
        Assert.Equal(second.Username, (string?)Assert.Single((await JsonAsync(page)).AsArray())!["username"]);
        Assert.Contains("open=true", page.Headers.GetValues("Link").Single(), StringComparison.Ordinal);
        using var recovered = await sso.Rest.PostAsync(Path("sso-outages/recovery"), null);
        Assert.Equal(2, (int)(await JsonAsync(recovered))["recovery"]!["known"]!);

        using var fresh = await sso.Rest.GetAsync(Path($"sso-outages/{service}"));
        using var closed = await CloseAsync(service, fresh.Headers.ETag!.ToString());
        Assert.True(closed.IsSuccessStatusCode, await closed.Content.ReadAsStringAsync());
        await sso.AssertBoundAsync(first);
        await sso.AssertBoundAsync(second);
    }

    [Fact]
    public async Task A_conversion_that_handed_out_a_password_is_not_answered_twice()
    {
        await OpenAsync();
        var person = await sso.PersonAsync();

        using var first = await ConvertAsync(person.Username, "temporary-password", "once-only");
        using var second = await ConvertAsync(person.Username, "temporary-password", "once-only");

        Assert.NotNull((await JsonAsync(first))[0]!["temporaryPassword"]);
        var problem = await JsonAsync(second);
        Assert.Equal((HttpStatusCode.Conflict, "answer_not_kept"), (second.StatusCode, (string?)problem["code"]));
        Assert.Contains("sso deliver", (string?)problem["hint"], StringComparison.Ordinal);
        using var back = await sso.Rest.PostAsJsonAsync("/api/v1/sso-conversions/revert", new { users = new[] { person.Username } });
        Assert.Equal(HttpStatusCode.OK, back.StatusCode);
    }

    private static Uri Path(string path) => new("/api/v1/" + path, UriKind.Relative);

    private static async Task<JsonNode> JsonAsync(HttpResponseMessage answer) => JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;

    /// <summary>Unless it is open: the other test may have closed it.</summary>
    private async Task OpenAsync()
    {
        using var opened = await sso.Rest.PostAsJsonAsync("/api/v1/sso-outages", new { service = "gitlab", ticket = "INC-77", reason = "the provider is down", force = true });
        Assert.True(opened.StatusCode is HttpStatusCode.Created or HttpStatusCode.Conflict, await opened.Content.ReadAsStringAsync());
    }

    private async Task<HttpResponseMessage> ConvertAsync(string user, string deliver = "temporary-password", string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Path("sso-conversions")) { Content = JsonContent.Create(new { users = new[] { user }, ticket = "INC-77", deliver }) };
        request.Headers.Add("Idempotency-Key", key ?? Guid.NewGuid().ToString());
        return await sso.Rest.SendAsync(request);
    }

    private async Task<HttpResponseMessage> CloseAsync(string service, string version)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Path($"sso-outages/{service}/close"));
        request.Headers.TryAddWithoutValidation("If-Match", version);
        return await sso.Rest.SendAsync(request);
    }
}
