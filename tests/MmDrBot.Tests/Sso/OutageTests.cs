using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MmDrBot.Access;
using MmDrBot.Features.Outages;
using MmDrBot.Features.Webhooks;
using MmDrBot.Jobs;
using MmDrBot.Protection;
using MmDrBot.Sso;
using MmDrBot.TestKit.Mattermost;
using MmDrBot.Webhooks;

namespace MmDrBot.Tests.Sso;

public sealed class OutageTests(SsoFixture sso) : IClassFixture<SsoFixture>
{
    [Fact]
    public async Task One_outage_a_service_is_open_and_a_second_is_refused()
    {
        var refusal = await Assert.ThrowsAsync<Refusal>(() => sso.OpenAsync(SsoFixture.Service));

        Assert.Equal(RefusalReason.Conflict, refusal.Reason);
    }

    [Fact]
    public async Task Closing_brings_everybody_back_and_anchors_the_audit()
    {
        await sso.OpenAsync("saml");
        var people = new[] { await sso.PersonAsync("saml"), await sso.PersonAsync("saml") };
        foreach (var person in people)
        {
            await sso.ConvertAsync(person.Username);
        }

        var closed = await sso.CloseAsync("saml", null);

        Assert.Equal(2, closed.Reverts.Count(one => one.Outcome == "reverted"));
        foreach (var person in people)
        {
            await sso.AssertBoundAsync(person);
        }

        var check = await sso.Get<AuditAnchors>().CheckAsync(CancellationToken.None);
        Assert.True(check.Fitting > 0);
        Assert.Empty(check.Problems);
        Assert.Equal(RefusalReason.NotFound, (await Assert.ThrowsAsync<Refusal>(() => sso.CloseAsync("saml", null))).Reason);
    }

    [Fact]
    public async Task Webhooks_are_told_of_an_outage_with_counts_and_without_names()
    {
        await sso.Get<AddWebhook>().HandleAsync(new AddWebhookRequest("https://example.org/hook", ["outage.opened", "outage.closed"], null), Actor.System, CancellationToken.None);
        await sso.OpenAsync("office365");
        var person = await sso.PersonAsync("office365");
        await sso.ConvertAsync(person.Username);
        await sso.CloseAsync("office365", null);

        var told = (await sso.Get<DeliveryStore>().ListAsync(null, 10, null, CancellationToken.None)).Reverse().ToArray();
        Assert.Equal(["outage.opened", "outage.closed"], told.Select(one => one.Event));
        var closed = JsonNode.Parse(told[1].Body)!["data"]!;
        Assert.Equal(("office365", 1, 0), ((string?)closed["service"], (int)closed["conversions"]!, (int)closed["signedOff"]!));
        Assert.All(told, one => Assert.DoesNotContain(person.Username, one.Body, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_cannot_be_brought_back_keeps_the_outage_open_until_signed_off_by_name()
    {
        await sso.OpenAsync("google");
        var person = await sso.PersonAsync("google");
        await sso.ConvertAsync(person.Username);
        await sso.Database.ExecuteAsync($"delete from users where id = '{person.Id}'");

        var refusal = await Assert.ThrowsAsync<Refusal>(() => sso.CloseAsync("google", null));
        Assert.Contains($"@{person.Username}", refusal.Message, StringComparison.Ordinal);
        Assert.True((await sso.NewestAsync(person.Id))!.IsOpen);

        Assert.Equal([person.Username], (await sso.CloseAsync("google", "left the company")).SignedOff);
        Assert.Equal(ConversionState.SignedOff, (await sso.NewestAsync(person.Id))!.State);
        Assert.DoesNotContain(await sso.LedgerAsync(), binding => binding.UserId == person.Id);
        Assert.Contains(await sso.AuditAsync(), record => record.Entry.Action == "account.signed_off" && record.Entry.Target == person.Username);
    }

    [Fact]
    public async Task Sign_in_by_mail_is_turned_on_for_the_outage_and_put_back()
    {
        await WithSignInByMailOffAsync(async () =>
        {
            var refusal = await Assert.ThrowsAsync<Refusal>(() => sso.OpenAsync("office365"));
            Assert.Contains("--enable-email-sign-in", refusal.Hint, StringComparison.Ordinal);

            await sso.Get<OpenOutage>().HandleAsync(new OpenOutageRequest { Service = "office365", Ticket = "INC-9", Reason = "away", EnableEmailSignIn = true }, sso.Helpdesk, CancellationToken.None);
            Assert.True(await IsOnAsync());

            var note = Assert.Single((await sso.CloseAsync("office365", null)).Notes);
            Assert.Contains("stays on for the outage of gitlab", note, StringComparison.Ordinal);
            Assert.True(await IsOnAsync());

            Assert.Empty((await sso.CloseAsync(SsoFixture.Service, null)).Notes);
            Assert.False(await IsOnAsync());
        });
    }

    [Fact]
    public async Task An_outage_whose_setting_could_not_be_changed_is_open_and_the_channel_hears_of_it()
    {
        var channel = sso.Mattermost.AddChannel(sso.NewName(), members: [sso.Bot]);
        sso.NewProcess(("Announcements:Channel", channel.Id));
        await sso.CloseAsync(SsoFixture.Service, null);
        await WithSignInByMailOffAsync(async () =>
        {
            sso.Mattermost.FailAtRandom("PUT /api/v4/config/patch", 1, 1, StandInFailure.Abort);

            var refusal = await Assert.ThrowsAsync<Refusal>(() => sso.Get<OpenOutage>().HandleAsync(new OpenOutageRequest { Service = "office365", Ticket = "INC-13", Reason = "away", EnableEmailSignIn = true }, sso.Helpdesk, CancellationToken.None));

            Assert.StartsWith("The outage is open, but sign-in by e-mail was not turned on", refusal.Message, StringComparison.Ordinal);
            Assert.Contains(sso.Mattermost.Posts, post => post.ChannelId == channel.Id && post.Message.Contains("The outage of office365 is open", StringComparison.Ordinal));
            sso.Mattermost.StopFailing();
            await sso.CloseAsync("office365", null);
        });
        sso.NewProcess();
    }

    [Fact]
    public async Task Sign_in_by_mail_stays_on_for_whoever_was_signed_off_before_the_close_and_needs_it()
    {
        await sso.CloseAsync(SsoFixture.Service, null);
        await WithSignInByMailOffAsync(async () =>
        {
            await sso.Get<OpenOutage>().HandleAsync(new OpenOutageRequest { Service = "google", Ticket = "INC-11", Reason = "away", EnableEmailSignIn = true }, sso.Helpdesk, CancellationToken.None);
            var person = await sso.PersonAsync("google");
            await sso.ConvertAsync(person.Username);
            await sso.Get<SignOffAccount>().HandleAsync(person.Username, "keeps the password", sso.Root, CancellationToken.None);

            var closed = await sso.CloseAsync("google", null);

            Assert.Contains("those who were signed off need it", Assert.Single(closed.Notes), StringComparison.Ordinal);
            Assert.Equal([person.Username], closed.SignedOff);
            Assert.True(await IsOnAsync());
        });
    }

    [Fact]
    public async Task Sign_in_by_mail_goes_off_again_where_whoever_was_signed_off_does_not_exist_any_more()
    {
        await sso.CloseAsync(SsoFixture.Service, null);
        await WithSignInByMailOffAsync(async () =>
        {
            await sso.Get<OpenOutage>().HandleAsync(new OpenOutageRequest { Service = "google", Ticket = "INC-12", Reason = "away", EnableEmailSignIn = true }, sso.Helpdesk, CancellationToken.None);
            var person = await sso.PersonAsync("google");
            await sso.ConvertAsync(person.Username);
            await sso.Database.ExecuteAsync($"delete from users where id = '{person.Id}'");

            var closed = await sso.CloseAsync("google", "left the company");

            Assert.Equal([person.Username], closed.SignedOff);
            Assert.Empty(closed.Notes);
            Assert.False(await IsOnAsync());
        });
    }

    [Fact]
    public async Task What_Mattermost_does_not_put_back_at_the_close_is_put_back_later_and_said()
    {
        var channel = sso.Mattermost.AddChannel(sso.NewName(), members: [sso.Bot]);
        sso.NewProcess(("Announcements:Channel", channel.Id));
        await sso.CloseAsync(SsoFixture.Service, null);
        sso.Mattermost.SetSetting("EmailSettings", "EnableSignInWithEmail", false);
        try
        {
            await sso.Get<OpenOutage>().HandleAsync(new OpenOutageRequest { Service = SsoFixture.Service, Ticket = "INC-10", Reason = "away", EnableEmailSignIn = true }, sso.Helpdesk, CancellationToken.None);
            sso.Mattermost.FailAtRandom("PUT /api/v4/config/patch", 1, 1, StandInFailure.Answer(403));

            Assert.Contains("tried again by itself", Assert.Single((await sso.CloseAsync(SsoFixture.Service, null)).Notes), StringComparison.Ordinal);

            Assert.True(await IsOnAsync());
            sso.Mattermost.StopFailing();
            var care = ActivatorUtilities.CreateInstance<OutageCare>(sso.App.Services, new FakeTimeProvider(DateTimeOffset.UtcNow.AddMinutes(2)));
            await care.RoundAsync(CancellationToken.None);
            await care.RoundAsync(CancellationToken.None);

            Assert.False(await IsOnAsync());
            Assert.Single(sso.Mattermost.Posts, post => post.ChannelId == channel.Id && post.Message.Contains("is off again", StringComparison.Ordinal));
        }
        finally
        {
            sso.Mattermost.StopFailing();
            sso.Mattermost.SetSetting("EmailSettings", "EnableSignInWithEmail", true);
            await sso.OpenAsync(SsoFixture.Service);
        }
    }

    [Fact]
    public async Task A_report_has_everybody_and_a_formula_in_it_stays_text()
    {
        await sso.OpenAsync("openid");
        var person = await sso.PersonAsync("openid");
        await sso.Get<ConvertAccounts>().HandleAsync(new ConvertAccountsRequest { Users = [person.Username], Ticket = "=1+1" }, sso.Helpdesk, null, CancellationToken.None);

        var report = await sso.Get<ReportOutage>().HandleAsync("openid", sso.Helpdesk, CancellationToken.None);
        var csv = SsoCsv.Of(report);

        Assert.Equal(1, report.Remaining);
        Assert.Contains(person.Username, csv, StringComparison.Ordinal);
        Assert.DoesNotContain(",=1+1", csv, StringComparison.Ordinal);
        await sso.CloseAsync("openid", null);
    }

    [Theory]
    [InlineData(60, false, 1)]
    [InlineData(60, true, 0)]
    [InlineData(0, false, 0)]
    [InlineData(120, false, 0)]
    public async Task The_outlook_counts_sessions_that_were_idle_for_longer_than_the_server_allows_as_ended(int minutes, bool extended, int ended)
    {
        var people = await sso.Mattermost.AddSsoUsersAsync(sso.NewName(), 3, "saml");
        foreach (var person in people)
        {
            await sso.AddSessionAsync(person.Id, DateTimeOffset.UtcNow.AddDays(20), person == people[2] ? """{"isMobile": "true"}""" : "{}");
        }

        await sso.Database.ExecuteAsync($"update sessions set isoauth = false, lastactivityat = {DateTimeOffset.UtcNow.AddMinutes(-90).ToUnixTimeMilliseconds()} where userid in ('{people[0].Id}', '{people[2].Id}')");
        await sso.Database.ExecuteAsync($"update sessions set isoauth = false, lastactivityat = {DateTimeOffset.UtcNow.AddMinutes(-5).ToUnixTimeMilliseconds()} where userid = '{people[1].Id}'");
        var file = Path.Combine(sso.MattermostDirectory, "config", "config.json");
        var before = await File.ReadAllTextAsync(file);
        var config = JsonNode.Parse(before)!.AsObject();
        config["ServiceSettings"] = new JsonObject { ["SessionIdleTimeoutInMinutes"] = minutes, ["ExtendSessionLengthWithActivity"] = extended };
        await File.WriteAllTextAsync(file, config.ToJsonString());

        var outlook = Assert.Single(await sso.Get<ShowOutlook>().HandleAsync("saml", true, sso.Helpdesk, CancellationToken.None));

        await File.WriteAllTextAsync(file, before);
        Assert.Equal(ended, outlook.Names.Count(one => one.LastSessionEnds is null && people.Any(person => person.Username == one.Username)));
        Assert.Equal(ended == 1, outlook.Names.Single(one => one.Username == people[0].Username).LastSessionEnds is null);
    }

    [Fact]
    public async Task The_outlook_counts_who_is_locked_out_and_who_will_be()
    {
        var people = await sso.Mattermost.AddSsoUsersAsync(sso.NewName(), 7, "ldap");
        var (ended, token, hour, eight, week, late, never) = (people[0], people[1], people[2], people[3], people[4], people[5], people[6]);
        var now = DateTimeOffset.UtcNow;
        await sso.AddSessionAsync(ended.Id, now.AddMinutes(-1));
        await sso.AddSessionAsync(token.Id, null, """{"type": "UserAccessToken"}""");
        await sso.AddSessionAsync(hour.Id, now.AddMinutes(30));
        await sso.AddSessionAsync(eight.Id, now.AddMinutes(30));
        await sso.AddSessionAsync(eight.Id, now.AddHours(5));
        await sso.AddSessionAsync(week.Id, now.AddDays(3));
        await sso.AddSessionAsync(late.Id, now.AddDays(20));
        await sso.AddSessionAsync(never.Id, null);

        var found = await sso.Get<ShowOutlook>().HandleAsync("ldap", true, sso.Helpdesk, CancellationToken.None);

        var outlook = Assert.Single(found);
        Assert.Equal((7, 2), (outlook.Accounts, outlook.LockedOut));
        Assert.Equal((1, 2, 2, 3, 2), (outlook.Within1Hour, outlook.Within8Hours, outlook.Within24Hours, outlook.Within7Days, outlook.Later));
        Assert.Equal(people.Select(person => person.Username), outlook.Names.Select(one => one.Username));
        Assert.Equal([never.Username], outlook.Names.Where(one => one.NeverEnds).Select(one => one.Username));
        var csv = SsoCsv.Of(found).Split('\n');
        Assert.Equal("service,username,email,last_session_ends", csv[0]);
        Assert.Equal($"ldap,{ended.Username},{ended.Email},", csv[1]);
        Assert.StartsWith($"ldap,{hour.Username},{hour.Email},{now.AddMinutes(30):yyyy-MM-dd'T'HH:mm}", csv[3], StringComparison.Ordinal);
        Assert.Equal($"ldap,{never.Username},{never.Email},never", csv[7]);
    }

    private async Task WithSignInByMailOffAsync(Func<Task> carryOut)
    {
        sso.Mattermost.SetSetting("EmailSettings", "EnableSignInWithEmail", false);
        sso.Mattermost.SetSetting("EmailSettings", "EnableSignInWithUsername", false);
        try
        {
            await carryOut();
        }
        finally
        {
            sso.Mattermost.SetSetting("EmailSettings", "EnableSignInWithEmail", true);
            sso.Mattermost.SetSetting("EmailSettings", "EnableSignInWithUsername", true);
            await sso.OpenAsync(SsoFixture.Service);
        }
    }

    private async Task<bool> IsOnAsync() => (bool)(await sso.Get<MattermostGate>().Api.GetConfigAsync(CancellationToken.None))["EmailSettings"]!["EnableSignInWithEmail"]!;
}
