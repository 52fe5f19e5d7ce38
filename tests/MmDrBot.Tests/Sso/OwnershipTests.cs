using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MmDrBot.Access;
using MmDrBot.Data;
using MmDrBot.Features.Outages;
using MmDrBot.Sso;
using MmDrBot.TestKit.Mattermost;
using MmDrBot.Tests.Data;

namespace MmDrBot.Tests.Sso;

/// <summary>Whoever works on an account keeps everybody else from it, and nobody takes an answer for more than it says.</summary>
public sealed class OwnershipTests(SsoFixture sso) : IClassFixture<SsoFixture>
{
    private const string Password = "PUT /api/v4/users/{id}/password";

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(413)]
    public async Task A_refusal_after_a_lost_answer_does_not_undo_what_was_done(int status)
    {
        var person = await sso.PersonAsync();
        sso.Mattermost.Fail(Password, StandInFailure.LoseAnswer);
        sso.Mattermost.Fail(Password, StandInFailure.Answer(status), nth: 2);

        var result = await sso.ConvertAsync(person.Username, "temporary-password");

        sso.Mattermost.StopFailing();
        Assert.Equal(ConversionOutcome.Converted, result.Outcome);
        Assert.Null(result.TemporaryPassword);
        Assert.Contains("sso deliver", result.Message, StringComparison.Ordinal);
        await sso.AssertNobodyIsLostAsync(person);
    }

    [Fact]
    public async Task What_may_still_be_on_the_way_is_neither_undone_nor_forgotten()
    {
        var person = await sso.PersonAsync();
        sso.Mattermost.FailAtRandom(Password, 1, 1, StandInFailure.Abort);

        var result = await sso.ConvertAsync(person.Username);

        sso.Mattermost.StopFailing();
        Assert.Equal(ConversionOutcome.Unknown, result.Outcome);
        Assert.Contains(await sso.LedgerAsync(), binding => binding.UserId == person.Id);
        await sso.Database.ExecuteAsync($"update users set authservice = '', authdata = null, password = 'late' where id = '{person.Id}'");
        await sso.LoseOwnersAsync();
        await sso.Get<AbandonedWork>().ResumeAsync(CancellationToken.None);
        Assert.Equal(ConversionState.Converted, (await sso.NewestAsync(person.Id))!.State);
        await sso.AssertNobodyIsLostAsync(person);
    }

    [Fact]
    public async Task Who_is_being_worked_on_is_neither_brought_back_nor_signed_off_nor_let_in()
    {
        await sso.OpenAsync("ldap");
        var person = await sso.PersonAsync("ldap");
        var link = new Uri((await sso.ConvertAsync(person.Username, "one-time-link")).Link!);
        var conversion = (await sso.NewestAsync(person.Id))!;
        var store = sso.Get<ConversionStore>();
        await using (var rows = new OwnedRows(store, TimeSpan.Zero, TimeProvider.System))
        {
            Assert.True(await sso.OwnAsync(store, conversion.Id, rows.Owner));

            Assert.Equal("busy", (await sso.RevertAsync(person.Username)).Outcome);
            await Assert.ThrowsAsync<Refusal>(() => sso.Get<CloseOutage>().HandleAsync("ldap", "enough", sso.Root, CancellationToken.None));
            await Assert.ThrowsAsync<Refusal>(() => sso.Get<ClaimAccess>().HandleAsync(link.Fragment.TrimStart('#'), CancellationToken.None));
            Assert.Equal(ConversionState.Converted, (await sso.NewestAsync(person.Id))!.State);
        }

        // The link was not used up meanwhile.
        Assert.True(await SsoSignIn.WorksAsync(sso.Mattermost, person.Username, (await sso.Get<ClaimAccess>().HandleAsync(link.Fragment.TrimStart('#'), CancellationToken.None)).Password));
        Assert.Equal("reverted", (await sso.RevertAsync(person.Username)).Outcome);
        await sso.Get<CloseOutage>().HandleAsync("ldap", null, sso.Helpdesk, CancellationToken.None);
    }

    [Fact]
    public async Task A_call_that_others_had_given_up_puts_what_it_did_back_into_the_books()
    {
        var person = await sso.PersonAsync();
        var failures = sso.Mattermost.InjectedFailures;
        sso.Mattermost.Fail(Password, StandInFailure.LoseAnswer);
        var converting = sso.ConvertAsync(person.Username);
        await Eventually.IsTrueAsync(() => Task.FromResult(sso.Mattermost.InjectedFailures > failures));

        await sso.Get<StateDatabase>().InTransactionAsync((transaction, token) => transaction.ExecuteAsync("update conversions set state = 'rolled_back' where user_id = @Id", new { person.Id }, token), CancellationToken.None);
        await converting;

        await sso.AssertNobodyIsLostAsync(person);
        Assert.Equal("reverted", (await sso.RevertAsync(person.Username)).Outcome);
    }

    [Theory]
    [InlineData("convert")]
    [InlineData("deliver")]
    [InlineData("claim")]
    public async Task Whoever_got_a_clean_answer_may_be_brought_back_at_once_and_where_a_call_may_still_come_it_settles_first(string how)
    {
        sso.NewProcess(("Sso:SettleTime", "01:00:00"));
        var (clean, late) = (await sso.PersonAsync(), await sso.PersonAsync());

        await SetPasswordAsync(clean, how, isLate: false);
        await SetPasswordAsync(late, how, isLate: true);

        Assert.Equal("reverted", (await sso.RevertAsync(clean.Username)).Outcome);
        Assert.Equal("busy", (await sso.RevertAsync(late.Username)).Outcome);
        Assert.Equal("", (await sso.Mattermost.FindAccountAsync(late.Id))!.AuthService);
        var conversion = (await sso.NewestAsync(late.Id))!;
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var store = ActivatorUtilities.CreateInstance<ConversionStore>(sso.App.Services, time);
        Assert.False(await sso.OwnAsync(store, conversion.Id, WorkOwner.New()));
        time.Advance(TimeSpan.FromHours(1));
        Assert.True(await sso.OwnAsync(store, conversion.Id, WorkOwner.New()));
        sso.NewProcess();
    }

    private async Task SetPasswordAsync(StandInAccount person, string how, bool isLate)
    {
        void Fail()
        {
            if (isLate)
            {
                sso.Mattermost.LoseNextAnswer(Password);
            }
        }

        if (how == "convert")
        {
            Fail();
            await sso.ConvertAsync(person.Username, "one-time-link");
            return;
        }

        var link = new Uri((await sso.ConvertAsync(person.Username, "one-time-link")).Link!);
        Fail();
        await (how == "claim"
            ? sso.Get<ClaimAccess>().HandleAsync(link.Fragment.TrimStart('#'), CancellationToken.None) as Task
            : sso.Get<DeliverAccess>().HandleAsync(person.Username, "temporary-password", sso.Helpdesk, CancellationToken.None));
    }

    [Fact]
    public async Task The_way_in_of_an_administrator_is_issued_on_the_host_only()
    {
        var admin = await sso.PersonAsync();
        await sso.Database.ExecuteAsync($"update users set roles = 'system_user system_admin' where id = '{admin.Id}'");
        await sso.ConvertAsync(admin.Username, actor: sso.Root);

        var refusal = await Assert.ThrowsAsync<Refusal>(() => sso.Get<DeliverAccess>().HandleAsync(admin.Username, "temporary-password", sso.Helpdesk, CancellationToken.None));

        Assert.Equal(RefusalReason.Forbidden, refusal.Reason);
        Assert.NotNull((await sso.Get<DeliverAccess>().HandleAsync(admin.Username, "temporary-password", sso.Root, CancellationToken.None)).TemporaryPassword);
    }

    [Fact]
    public async Task A_conversion_rolled_back_by_mistake_is_found()
    {
        var person = await sso.PersonAsync();
        await sso.ConvertAsync(person.Username);
        await sso.Get<StateDatabase>().InTransactionAsync((transaction, token) => transaction.ExecuteAsync("update conversions set state = 'rolled_back' where user_id = @Id", new { person.Id }, token), CancellationToken.None);

        Assert.Contains(await sso.Get<ReconcileAccounts>().HandleAsync(sso.Helpdesk, CancellationToken.None), drift => drift.UserId == person.Id && drift.Kind == "rewound");
        await sso.Get<ReconcileAccounts>().RepairAsync([], sso.Helpdesk, CancellationToken.None);
        Assert.Equal(person.AuthData, (await sso.Mattermost.FindAccountAsync(person.Id))!.AuthData);
    }
}
