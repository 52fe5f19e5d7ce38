using MmDrBot.Features.Outages;
using MmDrBot.Sso;
using MmDrBot.TestKit.Mattermost;

namespace MmDrBot.Tests.Sso;

public sealed class BulkTests(SsoFixture sso) : IClassFixture<SsoFixture>
{
    private const int People = 1000;

    [Fact]
    public async Task A_thousand_go_and_come_back_though_the_server_limits_and_loses_answers()
    {
        var people = await sso.Mattermost.AddSsoUsersAsync("crowd", People, SsoFixture.Service);
        sso.Mattermost.FailAtRandom("*", 0.03, 7, StandInFailure.RateLimit(TimeSpan.FromMilliseconds(50)), StandInFailure.Abort, StandInFailure.LoseAnswer);
        var request = new ConvertAccountsRequest { Users = [.. people.Select(person => person.Username)], Ticket = "INC-1000" };

        var converted = await sso.Get<ConvertAccounts>().HandleAsync(request, sso.Helpdesk, null, CancellationToken.None);

        Assert.Equal(People, converted.Count(result => result.Outcome is ConversionOutcome.Converted));
        Assert.True(sso.Mattermost.InjectedFailures > 20);
        Assert.Equal((long)People, await sso.Database.ScalarAsync<long>("select count(*) from users where username like 'crowd%' and authservice = '' and authdata is null"));
        var ledger = await sso.LedgerAsync();
        Assert.Equal(people.Select(person => person.Id).Order(), ledger.Select(binding => binding.UserId).Order());

        var back = await sso.Get<RevertAccounts>().HandleAsync(new RevertAccountsRequest { All = true }, sso.Helpdesk, null, CancellationToken.None);

        Assert.All(back, result => Assert.Equal("reverted", result.Outcome));
        Assert.Equal(People, back.DistinctBy(result => result.UserId).Count());
        Assert.Equal((long)People, await sso.Database.ScalarAsync<long>("select count(*) from users where username like 'crowd%' and authservice = 'gitlab' and authdata = 'gitlab-' || username and password = ''"));
        Assert.Empty(await sso.LedgerAsync());
        Assert.Empty(await sso.Get<ConversionStore>().ListOpenAsync(null, CancellationToken.None));
    }
}
