using MmDrBot.Features.Outages;
using MmDrBot.Sso;
using MmDrBot.TestKit.Mattermost;
using MmDrBot.Tests.Data;

namespace MmDrBot.Tests.Sso;

/// <summary>With the settings as they come, eight accounts are worked on at once.</summary>
public sealed class ConcurrencyTests(SsoFixture sso) : IClassFixture<SsoFixture>
{
    private const int Default = 8;
    private const int People = 60;

    [Fact]
    public async Task A_long_list_sends_eight_calls_at_once_and_never_more_there_and_back()
    {
        var people = await sso.Mattermost.AddSsoUsersAsync(sso.NewName(), People, SsoFixture.Service);
        string[] names = [.. people.Select(person => person.Username)];

        Assert.Equal(Default, await MostAtOnceAsync(people, () => sso.Get<ConvertAccounts>().HandleAsync(new ConvertAccountsRequest { Users = names, Ticket = "INC-8" }, sso.Helpdesk, null, CancellationToken.None)));
        Assert.Equal(Default, await MostAtOnceAsync(people, () => sso.Get<RevertAccounts>().HandleAsync(new RevertAccountsRequest { Users = names }, sso.Helpdesk, null, CancellationToken.None)));

        foreach (var person in people)
        {
            await sso.AssertBoundAsync(person);
        }
    }

    /// <summary>The server can't write the accounts until as many calls as are expected wait for it together; those after them come as they come.</summary>
    private async Task<int> MostAtOnceAsync(IReadOnlyList<StandInAccount> people, Func<Task> work)
    {
        await using var held = await HeldAccounts.HoldAsync(sso.Database, people);
        sso.Mattermost.CountAnew();
        var working = work();
        await Eventually.IsTrueAsync(async () => await held.WaitingAsync() >= Default);
        await held.LetGoAsync();
        await working;
        return sso.Mattermost.MostAtOnce;
    }
}
