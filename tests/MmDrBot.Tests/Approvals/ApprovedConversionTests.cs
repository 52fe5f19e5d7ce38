using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MmDrBot.Access;
using MmDrBot.ApiKeys;
using MmDrBot.Features.ApiAccess;
using MmDrBot.Features.Approvals;
using MmDrBot.Features.Outages;
using MmDrBot.Sso;
using MmDrBot.Tests.Sso;
using OtpNet;

namespace MmDrBot.Tests.Approvals;

/// <summary>Through the doors, as people and tools use it.</summary>
public sealed partial class ApprovedConversionTests(GuardedSsoFixture sso) : IClassFixture<GuardedSsoFixture>
{
    [Fact]
    public async Task An_administrator_is_converted_by_REST_once_another_key_has_approved()
    {
        var admin = await sso.PersonAsync();
        await sso.Database.ExecuteAsync($"update users set roles = 'system_user system_admin' where id = '{admin.Id}'");
        var order = new { users = new[] { admin.Username }, ticket = "INC-31", deliver = "temporary-password" };

        using var asked = await sso.Rest.PostAsJsonAsync("/api/v1/sso-conversions", order);
        var problem = (await asked.Content.ReadFromJsonAsync<JsonObject>())!;
        var id = RequestId().Match((string)problem["detail"]!).Value;
        using var own = await sso.Rest.PostAsJsonAsync($"/api/v1/approvals/{id}/approve", new { });
        using var other = await OtherKeyAsync();
        var shown = (await other.GetFromJsonAsync<JsonObject>($"/api/v1/approvals/{id}"))!;
        using var approved = await other.PostAsJsonAsync($"/api/v1/approvals/{id}/approve", new { });
        using var done = await sso.Rest.PostAsJsonAsync("/api/v1/sso-conversions", order);

        Assert.Equal((HttpStatusCode.Forbidden, "needs_approval"), (asked.StatusCode, (string?)problem["code"]));
        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.OK), (own.StatusCode, approved.StatusCode));
        Assert.Contains(await sso.AuditAsync(), record => record.Entry.Action == "request.refused" && record.Entry.Target == $"POST /api/v1/approvals/{id}/approve");
        Assert.Contains(admin.Username, (string)shown["summary"]!, StringComparison.Ordinal);
        Assert.Equal(admin.Username, (string?)shown["request"]!["users"]![0]);
        Assert.Equal("converted", (string?)(await done.Content.ReadFromJsonAsync<JsonArray>())![0]!["outcome"]);
        await sso.RevertAsync(admin.Username);
        await sso.AssertBoundAsync(admin);
    }

    [Fact]
    public async Task More_than_the_settings_allow_one_person_needs_another_in_chat_with_a_code()
    {
        var carol = sso.Mattermost.AddUser($"carol{sso.NewName()}", admin: true);
        var people = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => sso.PersonAsync()));
        var line = $"/dr sso convert {string.Join(' ', people.Select(person => $"@{person.Username}"))} --ticket INC-32";

        var asked = await TypeAsync(line);
        var id = RequestId().Match(asked).Value;
        var without = await TypeAsync($"/dr approve {id}", carol);
        var uri = await sso.Get<ManageSecondFactors>().EnrolAsync(carol.Username, sso.Root, CancellationToken.None);
        var code = new Totp(Base32Encoding.ToBytes(Secret().Match(uri).Groups[1].Value)).ComputeTotp();
        var approved = await TypeAsync($"/dr approve {id} --code {code}", carol);
        var done = await TypeAsync(line);

        Assert.Contains("second person has to approve", asked, StringComparison.Ordinal);
        Assert.Contains("second factor", without, StringComparison.Ordinal);
        Assert.Contains("Approved", approved, StringComparison.Ordinal);
        Assert.All(people, person => Assert.Contains($"@{person.Username}", done, StringComparison.Ordinal));
        Assert.All(await sso.Get<RevertAccounts>().HandleAsync(new RevertAccountsRequest { All = true }, sso.Helpdesk, null, CancellationToken.None), one => Assert.Equal("reverted", one.Outcome));
    }

    [Fact]
    public async Task A_second_person_approves_by_a_button_and_a_code_and_who_asked_is_told()
    {
        var carol = sso.Mattermost.AddUser($"carol{sso.NewName()}", admin: true);
        sso.News.Add(carol);
        var people = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => sso.PersonAsync()));
        var line = $"/dr sso convert {string.Join(' ', people.Select(person => $"@{person.Username}"))} --ticket INC-34";
        var id = RequestId().Match(await TypeAsync(line)).Value;
        var post = sso.Mattermost.Posts.Single(one => one.ChannelId == sso.News.Id && one.Message.Contains(id, StringComparison.Ordinal));
        sso.News.Add(sso.Admin);

        var own = await sso.Mattermost.ClickAsync(sso.Admin, post, "Approve", CancellationToken.None);
        var uri = await sso.Get<ManageSecondFactors>().EnrolAsync(carol.Username, sso.Root, CancellationToken.None);
        post = sso.Mattermost.Posts.Single(one => one.Id == post.Id);
        await sso.Mattermost.ClickAsync(carol, post, "Approve", CancellationToken.None);
        var dialog = sso.Mattermost.Dialogs.Single(one => one.UserId == carol.Id);
        var wrong = await sso.Mattermost.SubmitAsync(carol, sso.News, dialog, new JsonObject { ["code"] = "12345x" }, CancellationToken.None);
        var code = new Totp(Base32Encoding.ToBytes(Secret().Match(uri).Groups[1].Value)).ComputeTotp();
        var right = await sso.Mattermost.SubmitAsync(carol, sso.News, dialog, new JsonObject { ["code"] = code }, CancellationToken.None);
        var again = await sso.Mattermost.SubmitAsync(carol, sso.News, dialog, new JsonObject { ["code"] = code }, CancellationToken.None);

        var below = Assert.Single(sso.Mattermost.Posts, one => one.RootId == post.Id);
        Assert.All(people, person => Assert.Contains($"\"{person.Username}\"", below.Message, StringComparison.Ordinal));
        Assert.Contains("takes another person", own.Text, StringComparison.Ordinal);
        Assert.Contains("wrong", (string?)wrong.Errors["code"], StringComparison.Ordinal);
        Assert.True(right.Closes, right.Body.ToJsonString());
        Assert.False(again.Closes);
        post = sso.Mattermost.Posts.Single(one => one.Id == post.Id);
        Assert.Contains("**Approved**", post.Message, StringComparison.Ordinal);
        Assert.Empty(TestKit.Mattermost.MattermostStandIn.ButtonsOf(post.Props));
        Assert.Contains(sso.Mattermost.Posts, one => one.ChannelId != sso.News.Id && one.Message.Contains("approved what", StringComparison.Ordinal) && one.Message.Contains("INC-34", StringComparison.Ordinal));
        Assert.All(people, person => Assert.Contains($"@{person.Username}", TypeAsync(line).GetAwaiter().GetResult(), StringComparison.Ordinal));
        await sso.Get<RevertAccounts>().HandleAsync(new RevertAccountsRequest { All = true }, sso.Helpdesk, null, CancellationToken.None);
    }

    [Fact]
    public async Task What_Mattermost_refuses_in_between_neither_hides_an_approval_nor_leaves_somebody_without_a_way()
    {
        var carol = sso.Mattermost.AddUser($"carol{sso.NewName()}", admin: true);
        sso.News.Add(carol);
        var uri = await sso.Get<ManageSecondFactors>().EnrolAsync(carol.Username, sso.Root, CancellationToken.None);
        var (id, post) = await AskAsync("INC-35");

        sso.Mattermost.FailNext("POST /api/v4/actions/dialogs/open", 400, "interactive_message.decode_trigger_id.expired");
        var late = await sso.Mattermost.ClickAsync(carol, post, "Approve", CancellationToken.None);
        post = sso.Mattermost.Posts.Single(one => one.Id == post.Id);
        await sso.Mattermost.ClickAsync(carol, post, "Approve", CancellationToken.None);
        sso.Mattermost.FailNext("PUT /api/v4/posts/{id}/patch", 404, "app.post.get.app_error");
        var code = new Totp(Base32Encoding.ToBytes(Secret().Match(uri).Groups[1].Value)).ComputeTotp();
        var approved = await sso.Mattermost.SubmitAsync(carol, sso.News, sso.Mattermost.Dialogs.Last(one => one.UserId == carol.Id), new JsonObject { ["code"] = code }, CancellationToken.None);

        Assert.Contains($"type `/dr approve {id} --code DIGITS`", late.Text, StringComparison.Ordinal);
        Assert.True(approved.Closes, approved.Body.ToJsonString());
        Assert.Equal("approved", (await sso.Get<ListApprovals>().GetAsync(id, sso.Root, CancellationToken.None)).State);
    }

    [Fact]
    public async Task A_decision_by_another_door_ends_the_buttons_too()
    {
        var (id, post) = await AskAsync("INC-36");

        await sso.Get<DecideApproval>().DenyAsync(id, "not now", sso.Root, CancellationToken.None);

        post = sso.Mattermost.Posts.Single(one => one.Id == post.Id);
        Assert.StartsWith("**Denied** by cli:root", post.Message, StringComparison.Ordinal);
        Assert.Empty(TestKit.Mattermost.MattermostStandIn.ButtonsOf(post.Props));
    }

    private async Task<(string Id, TestKit.Mattermost.StandInPost Post)> AskAsync(string ticket)
    {
        var people = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => sso.PersonAsync()));
        var id = RequestId().Match(await TypeAsync($"/dr sso convert {string.Join(' ', people.Select(person => $"@{person.Username}"))} --ticket {ticket}")).Value;
        return (id, sso.Mattermost.Posts.Single(one => one.ChannelId == sso.News.Id && one.Message.Contains(id, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Nothing_is_asked_for_what_would_not_be_converted()
    {
        Assert.DoesNotContain("ap-", await TypeAsync("/dr sso convert @a.nobody @b.nobody @c.nobody @d.nobody --ticket INC-33"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Somebody_still_converted_is_signed_off_by_two_people_only()
    {
        var person = await sso.PersonAsync();
        await sso.ConvertAsync(person.Username);
        var (signOff, admin) = (sso.Get<SignOffAccount>(), sso.Helpdesk with { Permissions = RolePermissions.Of(Role.Admin) });

        var refusal = await Assert.ThrowsAsync<Refusal>(() => signOff.HandleAsync(person.Username, "left the company", admin, CancellationToken.None));
        await sso.Get<DecideApproval>().ApproveAsync(RequestId().Match(refusal.Message).Value, null, sso.Root, CancellationToken.None);
        await signOff.HandleAsync(person.Username, "left the company", admin, CancellationToken.None);

        Assert.Equal(ConversionState.SignedOff, (await sso.NewestAsync(person.Id))!.State);
    }

    [Fact]
    public async Task Whoami_names_the_role_the_rule_behind_it_and_what_takes_two()
    {
        var text = await TypeAsync("/dr whoami");
        var me = (await sso.Rest.GetFromJsonAsync<JsonObject>("/api/v1/me"))!;

        Assert.Contains("**admin** (by role:system_admin)", text, StringComparison.Ordinal);
        Assert.Contains("convert many", text, StringComparison.Ordinal);
        Assert.Equal("rest", (string?)me["door"]);
        Assert.Contains(((JsonArray)me["missing"]!).Select(name => (string?)name), name => name == "manage_second_factors");
    }

    private async Task<string> TypeAsync(string line, TestKit.Mattermost.StandInUser? user = null) =>
        (await sso.Mattermost.ExecuteCommandAsync(user ?? sso.Admin, user is null ? sso.Room : sso.Mattermost.AddChannel($"c{Guid.NewGuid():N}"[..20], members: [user, sso.Bot]), line, CancellationToken.None)).Text;

    private async Task<HttpClient> OtherKeyAsync()
    {
        var key = await sso.Get<ManageApiKeys>().CreateAsync(new NewApiKey("other", ManageApiKeys.Grantable.ToHashSet(), null), Actor.System, CancellationToken.None);
        var client = new HttpClient { BaseAddress = sso.Rest.BaseAddress };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key.Secret);
        return client;
    }

    [GeneratedRegex("ap-[0-9a-z]{10}")]
    private static partial Regex RequestId();

    [GeneratedRegex("secret=([A-Z2-7]+)")]
    private static partial Regex Secret();
}
