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

        var closed = await CloseAsync("saml", null);

        Assert.Equal(2, closed.Reverts.Count(one => one.Outcome == "reverted"));
        foreach (var person in people)
        {
            await sso.AssertBoundAsync(person);
        }

        var check = await sso.Get<AuditAnchors>().CheckAsync(CancellationToken.None);
        Assert.True(check.Fitting > 0);
        Assert.Empty(check.Problems);
        Assert.Equal(RefusalReason.NotFound, (await Assert.ThrowsAsync<Refusal>(() => CloseAsync("saml", null))).Reason);
    }

    [Fact]
    public async Task Webhooks_are_told_of_an_outage_with_counts_and_without_names()
    {
        await sso.Get<AddWebhook>().HandleAsync(new AddWebhookRequest("https://example.org/hook", ["outage.opened", "outage.closed"], null), Actor.System, CancellationToken.None);
        await sso.OpenAsync("office365");
        var person = await sso.PersonAsync("office365");
        await sso.ConvertAsync(person.Username);
        await CloseAsync("office365", null);

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

        var refusal = await Assert.ThrowsAsync<Refusal>(() => CloseAsync("google", null));
        Assert.Contains($"@{person.Username}", refusal.Message, StringComparison.Ordinal);
        Assert.True((await sso.NewestAsync(person.Id))!.IsOpen);

        Assert.Equal([person.Username], (await CloseAsync("google", "left the company")).SignedOff);
        Assert.Equal(ConversionState.SignedOff, (await sso.NewestAsync(person.Id))!.State);
        Assert.DoesNotContain(await sso.LedgerAsync(), binding => binding.UserId == person.Id);
        Assert.Contains(await sso.AuditAsync(), record => record.Entry.Action == "account.signed_off" && record.Entry.Target == person.Username);
    }

    [Fact]
    public async Task What_a_call_left_in_the_ledger_does_not_outlive_a_later_sign_off()
    {
        await sso.OpenAsync("google");
        var person = await sso.PersonAsync("google");
        var outage = await sso.Get<OutageStore>().FindOpenAsync("google", CancellationToken.None);
        await sso.Get<ConversionLedger>().WriteBindingsAsync(sso.Helpdesk, outage, [BindingOf(person)], CancellationToken.None);
        await sso.ConvertAsync(person.Username);
        await sso.Get<SignOffAccount>().HandleAsync(person.Username, "keeps the password", sso.Helpdesk, CancellationToken.None);

        await CloseAsync("google", null);

        Assert.DoesNotContain(await sso.LedgerAsync(), binding => binding.UserId == person.Id);
        await sso.Get<RecoverConversions>().HandleAsync(null, sso.Root, CancellationToken.None);
        Assert.Equal(ConversionState.SignedOff, (await sso.NewestAsync(person.Id))!.State);
    }

    [Fact]
    public async Task What_a_call_left_in_the_ledger_stops_no_close_of_somebody_whom_a_later_call_converted()
    {
        await sso.OpenAsync("google");
        var person = await sso.PersonAsync("google");
        var outage = await sso.Get<OutageStore>().FindOpenAsync("google", CancellationToken.None);
        await sso.Get<ConversionLedger>().WriteBindingsAsync(sso.Helpdesk, outage!, [BindingOf(person)], CancellationToken.None);
        await sso.ConvertAsync(person.Username);

        Assert.Contains((await CloseAsync("google", null)).Reverts, one => one.UserId == person.Id);

        await sso.AssertBoundAsync(person);
        Assert.DoesNotContain(await sso.LedgerAsync(), binding => binding.UserId == person.Id);
    }

    [Fact]
    public async Task A_recovery_ends_nobodys_sessions_whom_the_call_had_not_reached()
    {
        await sso.OpenAsync("google");
        var (untouched, onTheWay) = (await sso.PersonAsync("google"), await sso.PersonAsync("google"));
        foreach (var person in new[] { untouched, onTheWay })
        {
            await AddSessionAsync(person.Id, null);
        }

        await sso.Database.ExecuteAsync($"update users set lastpasswordupdate = {DateTimeOffset.UtcNow.AddDays(-90).ToUnixTimeMilliseconds()} where id = '{untouched.Id}'");
        var outage = await sso.Get<OutageStore>().FindOpenAsync("google", CancellationToken.None);
        await sso.Get<ConversionLedger>().WriteBindingsAsync(sso.Helpdesk, outage!, [BindingOf(untouched), BindingOf(onTheWay)], CancellationToken.None);

        var recovery = await sso.Get<RecoverConversions>().HandleAsync(null, sso.Root, CancellationToken.None);

        Assert.Equal([untouched.Username], recovery.Untouched);
        Assert.Equal([onTheWay.Username], recovery.BroughtBack);
        Assert.Equal((1, 0), (await SessionsAsync(untouched), await SessionsAsync(onTheWay)));
        Assert.Equal(ConversionState.RolledBack, (await sso.NewestAsync(untouched.Id))!.State);
        await sso.AssertBoundAsync(untouched);
        Assert.DoesNotContain(await sso.LedgerAsync(), binding => binding.UserId == untouched.Id || binding.UserId == onTheWay.Id);
        await CloseAsync("google", null);

        async Task<long> SessionsAsync(StandInAccount person) => await sso.Database.ScalarAsync<long>($"select count(*) from sessions where userid = '{person.Id}'");
    }

    private static LedgerBinding BindingOf(StandInAccount person) => new()
    {
        ConversionId = TimedId.New(DateTimeOffset.UtcNow),
        UserId = person.Id,
        Username = person.Username,
        Email = person.Email,
        AuthService = person.AuthService,
        AuthData = person.AuthData!,
        Ticket = "INC-3",
    };

    [Fact]
    public async Task Sign_in_by_mail_is_turned_on_for_the_outage_and_put_back()
    {
        sso.Mattermost.SetSetting("EmailSettings", "EnableSignInWithEmail", false);
        sso.Mattermost.SetSetting("EmailSettings", "EnableSignInWithUsername", false);
        try
        {
            var refusal = await Assert.ThrowsAsync<Refusal>(() => sso.OpenAsync("office365"));
            Assert.Contains("--enable-email-sign-in", refusal.Hint, StringComparison.Ordinal);

            await sso.Get<OpenOutage>().HandleAsync(new OpenOutageRequest { Service = "office365", Ticket = "INC-9", Reason = "away", EnableEmailSignIn = true }, sso.Helpdesk, CancellationToken.None);
            Assert.True(await IsOnAsync());

            var note = Assert.Single((await CloseAsync("office365", null)).Notes);
            Assert.Contains("stays on for the outage of gitlab", note, StringComparison.Ordinal);
            Assert.True(await IsOnAsync());

            Assert.Empty((await CloseAsync(SsoFixture.Service, null)).Notes);
            Assert.False(await IsOnAsync());
        }
        finally
        {
            sso.Mattermost.SetSetting("EmailSettings", "EnableSignInWithEmail", true);
            sso.Mattermost.SetSetting("EmailSettings", "EnableSignInWithUsername", true);
            await sso.OpenAsync(SsoFixture.Service);
        }
    }

    [Fact]
    public async Task Sign_in_by_mail_stays_on_for_whoever_was_signed_off_before_the_close_and_needs_it()
    {
        await CloseAsync(SsoFixture.Service, null);
        sso.Mattermost.SetSetting("EmailSettings", "EnableSignInWithEmail", false);
        sso.Mattermost.SetSetting("EmailSettings", "EnableSignInWithUsername", false);
        try
        {
            await sso.Get<OpenOutage>().HandleAsync(new OpenOutageRequest { Service = "google", Ticket = "INC-11", Reason = "away", EnableEmailSignIn = true }, sso.Helpdesk, CancellationToken.None);
            var person = await sso.PersonAsync("google");
            await sso.ConvertAsync(person.Username);
            await sso.Get<SignOffAccount>().HandleAsync(person.Username, "keeps the password", sso.Helpdesk, CancellationToken.None);

            Assert.Contains("those who were signed off need it", Assert.Single((await CloseAsync("google", null)).Notes), StringComparison.Ordinal);

            Assert.True(await IsOnAsync());
        }
        finally
        {
            sso.Mattermost.SetSetting("EmailSettings", "EnableSignInWithEmail", true);
            sso.Mattermost.SetSetting("EmailSettings", "EnableSignInWithUsername", true);
            await sso.OpenAsync(SsoFixture.Service);
        }
    }

    [Fact]
    public async Task Whom_only_the_ledger_knows_as_converted_keeps_the_outage_open_until_a_recovery()
    {
        await sso.OpenAsync("google");
        var person = await sso.PersonAsync("google");
        var outage = await sso.Get<OutageStore>().FindOpenAsync("google", CancellationToken.None);
        await sso.Get<ConversionLedger>().WriteBindingsAsync(sso.Helpdesk, outage!, [BindingOf(person)], CancellationToken.None);
        await sso.Database.ExecuteAsync($"update users set authservice = '', authdata = null, password = 'of-a-lost-state' where id = '{person.Id}'");

        var refusal = await Assert.ThrowsAsync<Refusal>(() => CloseAsync("google", null));
        Assert.Contains($"@{person.Username} is converted still", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("sso recover", refusal.Hint, StringComparison.Ordinal);

        Assert.Contains((await sso.Get<RecoverConversions>().HandleAsync(null, sso.Root, CancellationToken.None)).Recovered, one => one.UserId == person.Id);
        Assert.Contains((await CloseAsync("google", null)).Reverts, one => one.UserId == person.Id);
        await sso.AssertBoundAsync(person);
    }

    [Fact]
    public async Task What_Mattermost_does_not_put_back_at_the_close_is_put_back_later_and_said()
    {
        var channel = sso.Mattermost.AddChannel(sso.NewName(), members: [sso.Bot]);
        sso.NewProcess(("Announcements:Channel", channel.Id));
        await CloseAsync(SsoFixture.Service, null);
        sso.Mattermost.SetSetting("EmailSettings", "EnableSignInWithEmail", false);
        try
        {
            await sso.Get<OpenOutage>().HandleAsync(new OpenOutageRequest { Service = SsoFixture.Service, Ticket = "INC-10", Reason = "away", EnableEmailSignIn = true }, sso.Helpdesk, CancellationToken.None);
            sso.Mattermost.FailAtRandom("PUT /api/v4/config/patch", 1, 1, StandInFailure.Answer(403));

            Assert.Contains("tried again by itself", Assert.Single((await CloseAsync(SsoFixture.Service, null)).Notes), StringComparison.Ordinal);

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
        await CloseAsync("openid", null);
    }

    [Fact]
    public async Task The_outlook_counts_who_is_locked_out_and_who_will_be()
    {
        var people = await sso.Mattermost.AddSsoUsersAsync(sso.NewName(), 7, "ldap");
        var (ended, token, hour, eight, week, late, never) = (people[0], people[1], people[2], people[3], people[4], people[5], people[6]);
        var now = DateTimeOffset.UtcNow;
        await AddSessionAsync(ended.Id, now.AddMinutes(-1));
        await AddSessionAsync(token.Id, null, """{"type": "UserAccessToken"}""");
        await AddSessionAsync(hour.Id, now.AddMinutes(30));
        await AddSessionAsync(eight.Id, now.AddMinutes(30));
        await AddSessionAsync(eight.Id, now.AddHours(5));
        await AddSessionAsync(week.Id, now.AddDays(3));
        await AddSessionAsync(late.Id, now.AddDays(20));
        await AddSessionAsync(never.Id, null);

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

    private Task AddSessionAsync(string userId, DateTimeOffset? ends, string props = "{}") => sso.Database.ExecuteAsync(
        $"insert into sessions (id, token, createat, expiresat, lastactivityat, userid, deviceid, roles, isoauth, props, expirednotify) values (substr(md5(random()::text), 1, 26), substr(md5(random()::text), 1, 26), 1, {ends?.ToUnixTimeMilliseconds() ?? 0}, 1, '{userId}', '', 'system_user', true, '{props}', false)");

    private async Task<bool> IsOnAsync() => (bool)(await sso.Get<MattermostGate>().Api.GetConfigAsync(CancellationToken.None))["EmailSettings"]!["EnableSignInWithEmail"]!;

    private Task<ClosedOutage> CloseAsync(string service, string? signOff) => sso.Get<CloseOutage>().HandleAsync(service, signOff, sso.Helpdesk, CancellationToken.None);
}
