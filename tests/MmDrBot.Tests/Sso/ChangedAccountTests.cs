using MmDrBot.Access;
using MmDrBot.Features.Outages;
using MmDrBot.Sso;
using MmDrBot.TestKit.Mattermost;

namespace MmDrBot.Tests.Sso;

/// <summary>While somebody is converted, others rename, deactivate or readdress the account, or take its binding.</summary>
public sealed class ChangedAccountTests(SsoFixture sso) : IClassFixture<SsoFixture>
{
    [Fact]
    public async Task A_name_that_is_the_id_of_somebody_else_means_neither()
    {
        var person = await sso.PersonAsync();
        var namesake = await sso.PersonAsync(person.Id, SsoFixture.Service);
        await sso.ConvertAsync(person.Username);

        Assert.Equal("not_converted", (await sso.RevertAsync(person.Id)).Outcome);
        Assert.Equal(ConversionOutcome.Refused, (await sso.ConvertAsync(namesake.Username)).Outcome);

        await sso.RevertAsync(person.Username);
        await sso.AssertBoundAsync(person);
    }

    [Fact]
    public async Task Whoever_was_renamed_is_found_by_the_new_name_and_comes_back()
    {
        var person = await ConvertedAsync();
        var name = sso.NewName();
        await ChangeAsync(person, $"username = '{name}'");

        Assert.Contains($"called @{name} now", Assert.Single(await DriftsAsync(person)).Message, StringComparison.Ordinal);
        Assert.Equal(ConversionOutcome.Converted, (await sso.Get<DeliverAccess>().HandleAsync(name, "one-time-link", sso.Helpdesk, CancellationToken.None)).Outcome);
        var back = await sso.RevertAsync($"@{name}");

        Assert.Equal("reverted", back.Outcome);
        Assert.Contains($"called @{name} now", back.Message, StringComparison.Ordinal);
        await sso.AssertBoundAsync(person);
    }

    [Fact]
    public async Task Another_account_that_took_the_old_name_is_never_taken_for_theirs()
    {
        var person = await ConvertedAsync();
        await ChangeAsync(person, $"username = '{sso.NewName()}', email = 'moved-{person.Email}'");
        var other = await sso.PersonAsync(person.Username, "saml");

        var refusal = await Assert.ThrowsAsync<Refusal>(() => sso.Get<DeliverAccess>().HandleAsync(other.Username, "temporary-password", sso.Helpdesk, CancellationToken.None));

        Assert.Equal(RefusalReason.NotFound, refusal.Reason);
        Assert.Equal("not_converted", (await sso.RevertAsync(other.Username)).Outcome);
        await Assert.ThrowsAsync<Refusal>(() => sso.Get<SignOffAccount>().HandleAsync(other.Username, "by mistake", sso.Root, CancellationToken.None));
        Assert.Equal("reverted", (await sso.RevertAsync(person.Id)).Outcome);
        await sso.AssertBoundAsync(person);
    }

    [Fact]
    public async Task Whose_account_is_gone_is_signed_off_by_the_name_they_had()
    {
        var person = await ConvertedAsync();
        await sso.Database.ExecuteAsync($"delete from users where id = '{person.Id}'");

        Assert.Equal("signed_off", (await sso.Get<SignOffAccount>().HandleAsync(person.Username, "has left", sso.Root, CancellationToken.None)).State);
    }

    [Fact]
    public async Task A_deactivated_account_and_another_address_are_told_with_their_cure()
    {
        var person = await ConvertedAsync();
        await ChangeAsync(person, $"deleteat = {DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()}, email = 'new-{person.Email}'");

        foreach (var message in new[] { Assert.Single(await DriftsAsync(person)).Message, (await sso.RevertAsync(person.Id)).Message })
        {
            Assert.Contains($"mmctl user activate {person.Username}", message, StringComparison.Ordinal);
            Assert.Contains($"was {person.Email} and is new-{person.Email} now", message, StringComparison.Ordinal);
        }

        await sso.AssertBoundAsync(person);
    }

    [Fact]
    public async Task A_close_notes_what_was_changed_about_those_whom_it_brings_back()
    {
        await sso.OpenAsync("google");
        var person = await sso.PersonAsync("google");
        await sso.ConvertAsync(person.Username, "one-time-link");
        await ChangeAsync(person, $"deleteat = {DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()}");

        var note = Assert.Single((await sso.CloseAsync("google", null)).Notes);

        Assert.StartsWith($"@{person.Username}: The account was deactivated meanwhile", note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_was_deactivated_before_is_not_called_deactivated_meanwhile()
    {
        var person = await sso.PersonAsync();
        await ChangeAsync(person, $"deleteat = {DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()}");
        var request = new ConvertAccountsRequest { Users = [person.Username], Ticket = "INC-60", Deliver = "one-time-link", IncludeDeactivated = true };
        await sso.Get<ConvertAccounts>().HandleAsync(request, sso.Helpdesk, null, CancellationToken.None);
        Assert.NotEqual(0, Assert.Single(await sso.LedgerAsync(), binding => binding.UserId == person.Id).DeleteAt);

        Assert.Contains("deactivated, as it was before", (await sso.RevertAsync(person.Username)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_binding_that_another_account_took_is_found_before_the_way_back()
    {
        var person = await ConvertedAsync();
        var second = await sso.Mattermost.AddSsoUserAsync(sso.NewName(), person.AuthService, person.AuthData!);

        var drift = Assert.Single(await DriftsAsync(person));

        Assert.Equal("binding_taken", drift.Kind);
        Assert.Contains($"mmctl user change-password {second.Username}", drift.Message, StringComparison.Ordinal);
        Assert.Equal("binding_taken", (await sso.RevertAsync(person.Username)).Outcome);
        await sso.Database.ExecuteAsync($"update users set authservice = '', authdata = null, password = 'freed' where id = '{second.Id}'");
        Assert.Equal("reverted", (await sso.RevertAsync(person.Username)).Outcome);
    }

    [Fact]
    public async Task What_a_killed_call_left_of_an_account_that_others_bound_otherwise_stays_in_the_books()
    {
        var person = await ConvertedAsync();
        await sso.AbandonAsync([person], untouched: 1);
        await ChangeAsync(person, $"authdata = 'otherwise-{person.Id}'");

        await sso.Get<AbandonedWork>().ResumeAsync(CancellationToken.None);

        var now = (await sso.NewestAsync(person.Id))!;
        Assert.Equal(ConversionState.Converted, now.State);
        Assert.Contains("bound the account otherwise", now.Problem, StringComparison.Ordinal);
        Assert.Contains(await sso.AuditAsync(), record => record.Entry.Action == "account.conversion_unknown" && record.Entry.Target == person.Username);
        Assert.Equal("changed_outside", (await sso.RevertAsync(person.Username)).Outcome);
        await sso.Get<SignOffAccount>().HandleAsync(person.Username, "that is right", sso.Root, CancellationToken.None);
    }

    [Fact]
    public async Task Every_entry_on_an_account_says_why_the_outage_was_opened()
    {
        var person = await ConvertedAsync();
        await sso.RevertAsync(person.Username);

        var entries = (await sso.AuditAsync()).Where(record => record.Entry.Target == person.Username && record.Entry.Action.StartsWith("account.", StringComparison.Ordinal)).ToArray();

        Assert.True(entries.Length >= 4);
        Assert.All(entries, record => Assert.Contains("\"reason\":\"it is away\"", record.Entry.DetailJson, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_operator_closes_but_signs_nobody_off()
    {
        var operatorOnly = new Actor("mattermost:otto", Door.Rest, RolePermissions.Of(Role.Operator));
        var person = await ConvertedAsync();

        var close = await Assert.ThrowsAsync<Refusal>(() => sso.Get<CloseOutage>().HandleAsync(SsoFixture.Service, "whatever", operatorOnly, CancellationToken.None));
        var one = await Assert.ThrowsAsync<Refusal>(() => sso.Get<SignOffAccount>().HandleAsync(person.Username, "whatever", operatorOnly, CancellationToken.None));

        Assert.Equal((RefusalReason.Forbidden, RefusalReason.Forbidden), (close.Reason, one.Reason));
        Assert.Equal(ConversionState.Converted, (await sso.NewestAsync(person.Id))!.State);
        await sso.RevertAsync(person.Username);
        await sso.OpenAsync("ldap");
        Assert.Equal("ldap", (await sso.Get<CloseOutage>().HandleAsync("ldap", null, operatorOnly, CancellationToken.None)).Outage.Service);
    }

    [Fact]
    public async Task The_channel_hears_of_whom_Mattermost_converts_late()
    {
        var channel = sso.Mattermost.AddChannel(sso.NewName(), members: [sso.Bot]);
        sso.NewProcess(("Announcements:Channel", channel.Id));
        IEnumerable<string> Said() => sso.Mattermost.Posts.Where(post => post.ChannelId == channel.Id).Select(post => post.Message);
        var person = await ConvertedAsync();
        await sso.AbandonAsync([person], untouched: 1);
        await sso.Get<AbandonedWork>().ResumeAsync(CancellationToken.None);
        await sso.Database.ExecuteAsync($"update users set authservice = '', authdata = null, password = 'of-the-late-call' where id = '{person.Id}'");

        sso.Mattermost.FailAtRandom("POST /api/v4/posts", 1, 1, StandInFailure.Answer(500));
        await sso.Get<AbandonedWork>().ResumeAsync(CancellationToken.None);
        Assert.Empty(Said());
        await sso.Get<AccountNews>().RetryAsync(CancellationToken.None);
        sso.Mattermost.StopFailing();
        await sso.Get<AccountNews>().RetryAsync(CancellationToken.None);
        await sso.Get<AccountNews>().RetryAsync(CancellationToken.None);

        var said = Assert.Single(Said());
        Assert.Contains("Converted after all", said, StringComparison.Ordinal);
        Assert.Contains($"@{person.Username}", said, StringComparison.Ordinal);
        await sso.RevertAsync(person.Username);
        sso.NewProcess();
    }

    [Theory]
    [InlineData(0, 20)]
    [InlineData(64, 64)]
    [InlineData(70, 70)]
    [InlineData(100, 72)]
    public void A_temporary_password_is_as_long_as_the_policy_asks_for_and_as_Mattermost_takes(int asked, int length) => Assert.Equal(length, TemporaryPassword.New(asked).Length);

    private async Task<StandInAccount> ConvertedAsync()
    {
        var person = await sso.PersonAsync();
        Assert.Equal(ConversionOutcome.Converted, (await sso.ConvertAsync(person.Username, "one-time-link")).Outcome);
        return person;
    }

    private Task ChangeAsync(StandInAccount person, string set) => sso.Database.ExecuteAsync($"update users set {set} where id = '{person.Id}'");

    private async Task<IReadOnlyList<Drift>> DriftsAsync(StandInAccount person) =>
        [.. (await sso.Get<ReconcileAccounts>().HandleAsync(sso.Helpdesk, CancellationToken.None)).Where(drift => drift.UserId == person.Id)];
}
