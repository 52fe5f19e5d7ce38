using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using MmDrBot.Access;
using MmDrBot.ApiKeys;
using MmDrBot.Features.ApiAccess;
using MmDrBot.Features.Outages;
using MmDrBot.TestKit.Mattermost;

namespace MmDrBot.Tests.Sso;

/// <summary>The service with its doors open.</summary>
public class OpenSsoFixture : SsoFixture, IAsyncLifetime
{
    private const string CommandToken = "ssocommandtokenssocommand1";

    internal HttpClient Rest { get; private set; } = null!;

    private protected virtual (string Name, string Value)[] Settings => [];

    internal StandInUser Admin { get; private set; } = null!;

    internal StandInChannel Room { get; private set; } = null!;

    async Task IAsyncLifetime.InitializeAsync()
    {
        await InitializeAsync();
        NewProcess([("Mattermost:CommandTokens:0", CommandToken), .. Settings]);
        var app = App;
        await app.StartAsync();
        Admin = Mattermost.AddUser("eve", admin: true);
        Room = Mattermost.AddChannel("helpdesk", members: [Admin, Bot]);
        Mattermost.RegisterCommand(new Uri(new Uri(app.Urls.First()), "/mattermost/commands"), CommandToken, creator: Admin);
        var key = await Get<ManageApiKeys>().CreateAsync(new NewApiKey("helpdesk", ManageApiKeys.Grantable.ToHashSet(), null), Actor.System, CancellationToken.None);
        Rest = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        Rest.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key.Secret);
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        Rest.Dispose();
        await App.StopAsync();
        await DisposeAsync();
    }
}

/// <summary>The same where two people are needed for what the settings guard.</summary>
public sealed class GuardedSsoFixture : OpenSsoFixture
{
    internal StandInChannel News { get; private set; } = null!;

    private protected override (string Name, string Value)[] Settings
    {
        get
        {
            News = Mattermost.AddChannel("news", members: [Bot]);
            return [("Http:PublicUrl", ""), ("Announcements:Channel", News.Id), ("Approvals:ConvertAdmin", "true"), ("Approvals:ConvertMany", "2"), ("Approvals:SignOff", "true")];
        }
    }
}

public sealed class SsoDoorTests(OpenSsoFixture sso) : IClassFixture<OpenSsoFixture>
{
    [Fact]
    public async Task A_helpdesk_person_converts_looks_and_brings_back_in_chat()
    {
        var person = await sso.PersonAsync();

        Assert.Contains("signs in with e-mail or username and a password now", await TypeAsync($"/dr sso convert @{person.Username} --ticket INC-7"), StringComparison.Ordinal);
        Assert.Contains(person.Username, await TypeAsync("/dr sso status"), StringComparison.Ordinal);
        Assert.Contains("straggler", await TypeAsync("/dr sso reconcile"), StringComparison.Ordinal);
        Assert.Contains("signs in with gitlab again", await TypeAsync($"/dr sso revert @{person.Username}"), StringComparison.Ordinal);
        Assert.Contains("0 remaining", await TypeAsync("/dr sso report"), StringComparison.Ordinal);
        await sso.AssertBoundAsync(person);
    }

    [Theory]
    [InlineData("/dr sso convert @alice", "--ticket")]
    [InlineData("/dr sso convert --file /etc/passwd --ticket INC-1", "only the command line")]
    [InlineData("/dr sso open nonsense --ticket INC-1 --reason x", "no sign-in service")]
    [InlineData("/dr sso convert @alice --ticket INC-1 --for 1s", "--for takes")]
    public async Task What_is_missing_or_wrong_is_said_in_chat(string line, string words) =>
        Assert.Contains(words, await TypeAsync(line), StringComparison.Ordinal);

    [Fact]
    public async Task A_tool_converts_and_brings_back_by_REST_and_secrets_come_once_without_being_cached()
    {
        var person = await sso.PersonAsync();
        var order = new { users = new[] { person.Username }, ticket = "INC-8", deliver = "temporary-password" };

        using var first = await sso.Rest.PostAsJsonAsync("/api/v1/sso-conversions", order);
        using var second = await sso.Rest.PostAsJsonAsync("/api/v1/sso-conversions", order);

        Assert.True(first.Headers.CacheControl!.NoStore);
        var result = (await first.Content.ReadFromJsonAsync<JsonArray>())![0]!;
        Assert.Equal("converted", (string?)result["outcome"]);
        Assert.True(await SsoSignIn.WorksAsync(sso.Mattermost, person.Username, (string)result["temporaryPassword"]!));
        var again = (await second.Content.ReadFromJsonAsync<JsonArray>())![0]!;
        Assert.Equal("already_converted", (string?)again["outcome"]);
        Assert.Null(again["temporaryPassword"]);
        using var back = await sso.Rest.PostAsJsonAsync("/api/v1/sso-conversions/revert", new { users = new[] { person.Username } });
        Assert.Equal("reverted", (string?)(await back.Content.ReadFromJsonAsync<JsonArray>())![0]!["outcome"]);
    }

    [Fact]
    public async Task A_long_list_becomes_a_job_whose_record_holds_no_secret()
    {
        var people = await sso.Mattermost.AddSsoUsersAsync(sso.NewName(), 120, SsoFixture.Service);
        using var list = new StringContent("username,name\n" + string.Join('\n', people.Select(person => $"{person.Username},x")), System.Text.Encoding.UTF8, "text/csv");

        using var answer = await sso.Rest.PostAsync(new Uri("/api/v1/sso-conversions/csv?ticket=INC-9&deliver=one-time-link", UriKind.Relative), list);

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        var job = "";
        await Data.Eventually.IsTrueAsync(async () => (job = await sso.Rest.GetStringAsync(answer.Headers.Location)).Contains("\"finishedAt\"", StringComparison.Ordinal));
        Assert.Contains("\"converted\":120", job.Replace(" ", "", StringComparison.Ordinal).Replace("\\u0022", "\"", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("/sso/claim", job, StringComparison.Ordinal);
        var request = answer.Headers.GetValues("X-Request-Id").Single();
        Assert.Equal(120, (await sso.AuditAsync()).Count(record => record.Entry.Action == "account.converted" && record.Entry.Reference == request));
        using var back = await sso.Rest.PostAsJsonAsync("/api/v1/sso-conversions/revert", new { all = true });
        Assert.True((await back.Content.ReadFromJsonAsync<JsonArray>())!.Count >= 120);
    }

    [Fact]
    public async Task A_one_time_link_shows_a_password_once()
    {
        var person = await sso.PersonAsync();
        var link = new Uri((await sso.ConvertAsync(person.Username, "one-time-link")).Link!);
        var token = link.Fragment.TrimStart('#');
        using var page = await sso.Rest.GetAsync(new Uri(link.AbsolutePath, UriKind.Relative));
        Assert.True(page.Headers.CacheControl!.NoStore);
        Assert.DoesNotContain(token, await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        using var first = await sso.Rest.PostAsJsonAsync(link.AbsolutePath, new { token });
        using var second = await sso.Rest.PostAsJsonAsync(link.AbsolutePath, new { token });

        var shown = (await first.Content.ReadFromJsonAsync<JsonObject>())!;
        Assert.True(await SsoSignIn.WorksAsync(sso.Mattermost, person.Username, (string)shown["password"]!));
        Assert.Equal(HttpStatusCode.NotFound, second.StatusCode);
        Assert.DoesNotContain(sso.Logs.Lines, line => line.Contains(token, StringComparison.Ordinal) || line.Contains((string)shown["password"]!, StringComparison.Ordinal));
        await sso.RevertAsync(person.Username);
    }

    [Fact]
    public async Task A_link_opens_nothing_any_more_once_another_way_in_was_asked_for()
    {
        var person = await sso.PersonAsync();
        var link = new Uri((await sso.ConvertAsync(person.Username, "one-time-link")).Link!);
        var password = (await sso.Get<DeliverAccess>().HandleAsync(person.Username, "temporary-password", sso.Root, CancellationToken.None)).TemporaryPassword!;

        using var answer = await sso.Rest.PostAsJsonAsync(link.AbsolutePath, new { token = link.Fragment.TrimStart('#') });

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.True(await SsoSignIn.WorksAsync(sso.Mattermost, person.Username, password));
        await sso.RevertAsync(person.Username);
    }

    [Fact]
    public async Task A_link_of_somebody_who_was_brought_back_opens_nothing()
    {
        var person = await sso.PersonAsync();
        var link = new Uri((await sso.ConvertAsync(person.Username, "one-time-link")).Link!);
        await sso.RevertAsync(person.Username);

        using var answer = await sso.Rest.PostAsJsonAsync(link.AbsolutePath, new { token = link.Fragment.TrimStart('#') });

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        await sso.AssertBoundAsync(person);
    }

    [Fact]
    public async Task The_outlook_comes_by_REST_with_names_where_they_are_asked_for_and_as_CSV()
    {
        var person = await sso.PersonAsync("google");

        var outlook = Assert.Single((await sso.Rest.GetFromJsonAsync<JsonArray>("/api/v1/sso-outages/outlook?service=google"))!)!;
        var named = Assert.Single((await sso.Rest.GetFromJsonAsync<JsonArray>("/api/v1/sso-outages/outlook?service=google&names=true"))!)!;
        using var csv = await sso.Rest.GetAsync(new Uri("/api/v1/sso-outages/outlook?service=google&format=csv", UriKind.Relative));

        Assert.Equal((1, 1), ((int)outlook["accounts"]!, (int)outlook["lockedOut"]!));
        Assert.Empty(outlook["names"]!.AsArray());
        Assert.Equal(person.Username, (string?)Assert.Single(named["names"]!.AsArray())!["username"]);
        Assert.Equal("text/csv", csv.Content.Headers.ContentType!.MediaType);
        Assert.Contains($"google,{person.Username},{person.Email},", await csv.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_without_the_permission_is_refused()
    {
        var key = await sso.Get<ManageApiKeys>().CreateAsync(new NewApiKey("reader", new HashSet<Permission> { Permission.ViewStatus }, null), Actor.System, CancellationToken.None);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/sso-conversions/revert") { Content = JsonContent.Create(new { all = true }) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key.Secret);

        using var answer = await sso.Rest.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Theory]
    [InlineData("", "{\"users\":null,\"ticket\":\"INC-1\"}")]
    [InlineData("", "{\"users\":[null],\"ticket\":\"INC-1\"}")]
    [InlineData("", "{\"users\":[\"bob\"],\"ticket\":null}")]
    [InlineData("", "{\"users\":\"bob\"}")]
    [InlineData("/revert", "{\"users\":null}")]
    [InlineData("/revert", "{\"users\":[null]}")]
    [InlineData("/revert", "{\"users\":[\"bob\"],\"all\":true}")]
    public async Task A_body_that_makes_no_sense_is_a_mistake_of_the_caller(string path, string body)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");

        using var answer = await sso.Rest.PostAsync(new Uri($"/api/v1/sso-conversions{path}", UriKind.Relative), content);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task Monitoring_sees_how_many_are_converted()
    {
        // The service counts in its first round, which may still be on.
        await Data.Eventually.IsTrueAsync(async () => (await sso.Rest.GetStringAsync(new Uri("/metrics", UriKind.Relative))).Contains("mmdr_sso_converted_accounts{service=\"gitlab\"}", StringComparison.Ordinal));
    }

    private async Task<string> TypeAsync(string line) => (await sso.Mattermost.ExecuteCommandAsync(sso.Admin, sso.Room, line, CancellationToken.None)).Text;
}
