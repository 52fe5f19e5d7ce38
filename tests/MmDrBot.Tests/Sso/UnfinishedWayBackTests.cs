using MmDrBot.Access;
using MmDrBot.Features.Outages;
using MmDrBot.Sso;
using MmDrBot.TestKit.Mattermost;

namespace MmDrBot.Tests.Sso;

/// <summary>The binding is back, but what follows it is refused again and again: nobody calls that a way back until it is whole.</summary>
public sealed class UnfinishedWayBackTests(SsoFixture sso) : IClassFixture<SsoFixture>
{
    private const string Service = "google";
    private const string Patch = "PUT /api/v4/users/{id}/patch";
    private const string Revoke = "POST /api/v4/users/{id}/sessions/revoke/all";

    [Theory]
    [InlineData(Patch)]
    [InlineData(Revoke)]
    public async Task A_step_that_stays_forbidden_keeps_the_conversion_open_with_the_reason_until_it_works(string route)
    {
        await sso.OpenAsync(Service);
        var (person, other) = (await sso.PersonAsync(Service), await sso.PersonAsync(Service));
        var password = (await sso.ConvertAsync(person.Username, "temporary-password")).TemporaryPassword!;
        Assert.True(await SsoSignIn.WorksAsync(sso.Mattermost, person.Id, password, byId: true));
        sso.Mattermost.FailAtRandom(route, 1, 1, StandInFailure.Answer(403, "api.context.permissions.app_error"));

        for (var attempt = 0; attempt < 2; attempt++)
        {
            var stuck = await sso.RevertAsync(person.Username);
            Assert.Equal("failed", stuck.Outcome);
            Assert.Contains("403 api.context.permissions.app_error", stuck.Message, StringComparison.Ordinal);
            await AssertOpenAsync(person, stuck.Message);
        }

        await AssertCloseNamesAsync(person);
        sso.Mattermost.StopFailing();
        await sso.ConvertAsync(other.Username);
        var closed = await sso.CloseAsync(Service, null);

        Assert.Equal([("reverted", 1), ("reverted", 1)], new[] { person, other }.Select(one => (closed.Reverts.First(back => back.UserId == one.Id).Outcome, closed.Reverts.Count(back => back.UserId == one.Id))));
        Assert.Equal((ConversionState.Reverted, null), ((await sso.NewestAsync(person.Id))!.State, (await sso.NewestAsync(person.Id))!.Problem));
        Assert.False(await SsoSignIn.WorksAsync(sso.Mattermost, person.Id, password, byId: true));
        Assert.Equal(0L, await sso.Database.ScalarAsync<long>($"select count(*) from sessions where userid = '{person.Id}'"));
        await sso.AssertBoundAsync(person);
    }

    [Fact]
    public async Task Comparing_the_books_ends_nobody_whose_sessions_cannot_be_ended()
    {
        await sso.OpenAsync(Service);
        var person = await sso.PersonAsync(Service);
        await sso.ConvertAsync(person.Username);
        await sso.AddSessionAsync(person.Id, null);
        sso.Mattermost.FailAtRandom(Revoke, 1, 1, StandInFailure.Answer(403, "api.context.permissions.app_error"));
        await sso.RevertAsync(person.Username);

        var drift = Assert.Single(await sso.Get<ReconcileAccounts>().HandleAsync(sso.Helpdesk, CancellationToken.None), drift => drift.UserId == person.Id);
        Assert.DoesNotContain("other hands", drift.Message, StringComparison.Ordinal);
        var refused = await sso.ConvertAsync(person.Username);
        Assert.Equal(ConversionOutcome.Refused, refused.Outcome);
        Assert.DoesNotContain("other hands", refused.Message, StringComparison.Ordinal);
        Assert.Equal("failed", (await RepairAsync(person)).Outcome);
        await sso.Get<AbandonedWork>().ResumeAsync(CancellationToken.None);
        await AssertOpenAsync(person, "caches or sessions could not be cleared");
        sso.Mattermost.StopFailing();

        Assert.Equal("reverted", (await RepairAsync(person)).Outcome);
        Assert.Equal(0L, await sso.Database.ScalarAsync<long>($"select count(*) from sessions where userid = '{person.Id}'"));
        await sso.AssertBoundAsync(person);
        await sso.CloseAsync(Service, null);
    }

    [Fact]
    public async Task That_the_binding_is_our_doing_is_remembered_beyond_a_try_in_which_the_database_was_away()
    {
        await sso.OpenAsync(Service);
        var person = await sso.PersonAsync(Service);
        await sso.ConvertAsync(person.Username);
        sso.Mattermost.FailAtRandom(Revoke, 1, 1, StandInFailure.Answer(403, "api.context.permissions.app_error"));
        await sso.RevertAsync(person.Username);
        sso.Mattermost.StopFailing();
        sso.NewProcess(("Mattermost:DatabaseUrl", "postgres://mmuser@127.0.0.1:1/away?sslmode=disable"));
        Assert.Equal(RevertOutcome.Failed, Assert.Single(await sso.Get<AccountReverter>().RevertAsync([(await sso.NewestAsync(person.Id))!], sso.Helpdesk, null, CancellationToken.None)).Outcome);
        sso.NewProcess();

        Assert.Equal("reverted", (await RepairAsync(person)).Outcome);
        await sso.AssertBoundAsync(person);
        await sso.CloseAsync(Service, null);
    }

    private async Task<RevertView> RepairAsync(StandInAccount person) => Assert.Single(await sso.Get<ReconcileAccounts>().RepairAsync([person.Username], sso.Helpdesk, CancellationToken.None));

    private async Task AssertCloseNamesAsync(StandInAccount person)
    {
        var refusal = await Assert.ThrowsAsync<Refusal>(() => sso.CloseAsync(Service, null));
        Assert.Equal(RefusalReason.Conflict, refusal.Reason);
        Assert.Contains($"@{person.Username}", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("403 api.context.permissions.app_error", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(await sso.AuditAsync(), record => record.Entry.Action == "outage.close_refused" && record.Entry.DetailJson!.Contains(person.Username, StringComparison.Ordinal));
        await AssertOpenAsync(person, "caches or sessions could not be cleared");
    }

    private async Task AssertOpenAsync(StandInAccount person, string problem)
    {
        var row = (await sso.NewestAsync(person.Id))!;
        Assert.True(row.IsOpen);
        Assert.Contains(problem, row.Problem, StringComparison.Ordinal);
        Assert.Contains(await sso.LedgerAsync(), binding => binding.ConversionId == row.Id && binding.AuthData == person.AuthData);
    }
}
