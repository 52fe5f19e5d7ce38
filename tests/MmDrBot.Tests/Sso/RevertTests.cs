using MmDrBot.Access;
using MmDrBot.Features.Outages;
using MmDrBot.Protection;
using MmDrBot.Sso;

namespace MmDrBot.Tests.Sso;

public sealed class RevertTests(SsoFixture sso) : IClassFixture<SsoFixture>
{
    [Fact]
    public async Task The_old_binding_comes_back_and_the_password_opens_nothing_any_more()
    {
        var person = await sso.PersonAsync();
        var password = (await sso.ConvertAsync(person.Username, "temporary-password")).TemporaryPassword!;
        Assert.True(await SsoSignIn.WorksAsync(sso.Mattermost, person.Username, password));

        var result = await sso.RevertAsync(person.Username);

        Assert.Equal("reverted", result.Outcome);
        Assert.False(await SsoSignIn.WorksAsync(sso.Mattermost, person.Username, password));
        Assert.False(await SsoSignIn.WorksAsync(sso.Mattermost, person.Id, password, byId: true));
        Assert.Equal(0L, await sso.Database.ScalarAsync<long>($"select count(*) from sessions where userid = '{person.Id}'"));
        Assert.Equal(ConversionState.Reverted, (await sso.NewestAsync(person.Id))!.State);
        await sso.AssertBoundAsync(person);
    }

    [Theory]
    [InlineData("PUT /api/v4/users/{id}/auth")]
    [InlineData("PUT /api/v4/users/{id}/patch")]
    [InlineData("POST /api/v4/users/{id}/sessions/revoke/all")]
    public async Task A_lost_answer_on_the_way_back_is_no_loss(string route)
    {
        var person = await sso.PersonAsync();
        await sso.ConvertAsync(person.Username);
        sso.Mattermost.LoseNextAnswer(route);

        Assert.Equal("reverted", (await sso.RevertAsync(person.Username)).Outcome);

        await sso.AssertBoundAsync(person);
    }

    [Fact]
    public async Task A_second_account_that_took_the_binding_is_named_and_the_way_back_works_once_it_is_freed()
    {
        var person = await sso.PersonAsync();
        await sso.ConvertAsync(person.Username);
        var thief = await sso.PersonAsync();
        await sso.Database.ExecuteAsync($"update users set authdata = '{person.AuthData}' where id = '{thief.Id}'");

        var stuck = await sso.RevertAsync(person.Username);

        Assert.Equal("binding_taken", stuck.Outcome);
        Assert.Contains($"@{thief.Username}", stuck.Message, StringComparison.Ordinal);
        await sso.AssertNobodyIsLostAsync(person);
        await sso.Database.ExecuteAsync($"update users set authdata = null, authservice = '' where id = '{thief.Id}'");
        Assert.Equal("reverted", (await sso.RevertAsync(person.Username)).Outcome);
    }

    [Fact]
    public async Task Who_was_bound_anew_by_others_or_is_gone_stays_in_the_books_with_the_reason()
    {
        var (moved, gone, back) = (await sso.PersonAsync(), await sso.PersonAsync(), await sso.PersonAsync());
        foreach (var person in new[] { moved, gone, back })
        {
            await sso.ConvertAsync(person.Username);
        }

        await sso.Database.ExecuteAsync($"update users set authservice = 'saml', authdata = 'other-{moved.Id}', password = '' where id = '{moved.Id}'; delete from users where id = '{gone.Id}'; update users set authservice = '{back.AuthService}', authdata = '{back.AuthData}', password = '' where id = '{back.Id}'");
        var drifts = (await sso.Get<ReconcileAccounts>().HandleAsync(sso.Helpdesk, CancellationToken.None)).ToDictionary(drift => drift.UserId, drift => drift.Kind);
        Assert.Equal(("changed_outside", "account_gone", "already_back"), (drifts[moved.Id], drifts[gone.Id], drifts[back.Id]));

        Assert.Equal("changed_outside", (await sso.RevertAsync(moved.Username)).Outcome);
        Assert.Equal("account_gone", (await sso.RevertAsync(gone.Username)).Outcome);
        Assert.Equal("already_back", (await sso.RevertAsync(back.Username)).Outcome);
        Assert.True((await sso.NewestAsync(moved.Id))!.IsOpen);
        Assert.NotNull((await sso.NewestAsync(gone.Id))!.Problem);
        await sso.AssertBoundAsync(back);
    }

    [Fact]
    public async Task A_restored_database_that_has_people_converted_again_is_found_and_repaired()
    {
        var person = await sso.PersonAsync();
        await sso.ConvertAsync(person.Username);
        await sso.RevertAsync(person.Username);
        await sso.Database.ExecuteAsync($"update users set authservice = '', authdata = null, password = 'of-the-time-before' where id = '{person.Id}'");

        Assert.Contains(await sso.Get<ReconcileAccounts>().HandleAsync(sso.Helpdesk, CancellationToken.None), drift => drift.UserId == person.Id && drift.Kind == "rewound");
        var repaired = await sso.Get<ReconcileAccounts>().RepairAsync([], sso.Helpdesk, CancellationToken.None);

        Assert.Contains(repaired, one => one.UserId == person.Id && one.Outcome == "reverted");
        await sso.AssertBoundAsync(person);
    }

    [Fact]
    public async Task With_nothing_but_the_repository_the_books_are_rebuilt_and_everybody_comes_back()
    {
        var (converted, reverted) = (await sso.PersonAsync(), await sso.PersonAsync());
        await sso.ConvertAsync(converted.Username);
        await sso.ConvertAsync(reverted.Username);
        await sso.RevertAsync(reverted.Username);
        sso.NewProcess(("ConnectionStrings:State", sso.StateFile + ".new"));

        var recovery = await sso.Get<RecoverConversions>().HandleAsync(sso.RepositoryUrl, sso.Root, CancellationToken.None);
        var again = await sso.Get<RecoverConversions>().HandleAsync(null, sso.Root, CancellationToken.None);

        Assert.Contains(recovery.Recovered, one => one.UserId == converted.Id);
        Assert.DoesNotContain(recovery.Recovered, one => one.UserId == reverted.Id);
        Assert.Empty(again.Recovered);
        Assert.Equal("reverted", (await sso.RevertAsync(converted.Username)).Outcome);
        await sso.AssertBoundAsync(converted);
        sso.NewProcess();
        await sso.RevertAsync(converted.Username);
    }

    [Fact]
    public async Task Where_the_ledger_is_away_an_end_is_not_recorded_and_the_next_attempt_finishes()
    {
        var person = await sso.PersonAsync();
        await sso.ConvertAsync(person.Username);
        sso.NewProcess(("Repository:Url", "file:///proc/no/such/place"));

        await Assert.ThrowsAsync<Refusal>(() => sso.RevertAsync(person.Username));

        sso.NewProcess();
        Assert.True((await sso.NewestAsync(person.Id))!.IsOpen);
        await sso.LoseOwnersAsync();
        await sso.Get<AbandonedWork>().ResumeAsync(CancellationToken.None);
        await sso.AssertBoundAsync(person);
    }
}
