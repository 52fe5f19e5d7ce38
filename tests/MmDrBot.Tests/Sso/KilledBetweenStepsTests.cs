using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MmDrBot.Audit;
using MmDrBot.Data;
using MmDrBot.Features.Outages;
using MmDrBot.Sso;
using MmDrBot.TestKit.Mattermost;
using MmDrBot.TestKit.Postgres;
using MmDrBot.Tests.Cli;

namespace MmDrBot.Tests.Sso;

/// <summary>
/// The program is killed at each commit of its state in turn, once before the commit is carried out and once after. Ledger objects and
/// calls of Mattermost lie between commits: so it dies with the ledger written and no rows, with rows and no call, with the password set
/// and no word of it, with the way in handed over or not, with the way back done and its end not recorded.
/// </summary>
public sealed class KilledBetweenStepsTests(PostgresSsoFixture sso) : IClassFixture<PostgresSsoFixture>
{
    private const int AtLeast = 3;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_conversion_killed_between_any_two_steps_is_done_once_by_the_next_call(bool carriedOut)
    {
        for (var (commit, killed) = (1, true); killed; commit++)
        {
            var people = await sso.Mattermost.AddSsoUsersAsync(sso.NewName(), 2, SsoFixture.Service);
            killed = await KillAsync(commit, carriedOut, ["sso", "convert", people[0].Username, people[1].Username, "--ticket", "INC-16", "--deliver", "one-time-link"]);
            await sso.AssertNobodyIsLostAsync(people);

            foreach (var person in people)
            {
                Assert.True((await sso.ConvertAsync(person.Username)).Outcome is ConversionOutcome.Converted or ConversionOutcome.AlreadyConverted);
            }

            await AssertConvertedOnceAsync(people);
            await BringBackAsync(people);
            Assert.True(killed || commit > AtLeast, $"It made {commit - 1} commits.");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_way_back_killed_between_any_two_steps_is_finished_by_the_next_call(bool carriedOut)
    {
        for (var (commit, killed) = (1, true); killed; commit++)
        {
            var people = await sso.Mattermost.AddSsoUsersAsync(sso.NewName(), 2, SsoFixture.Service);
            await sso.Get<ConvertAccounts>().HandleAsync(new ConvertAccountsRequest { Users = [.. people.Select(person => person.Username)], Ticket = "INC-17" }, sso.Helpdesk, null, CancellationToken.None);
            killed = await KillAsync(commit, carriedOut, ["sso", "revert", people[0].Username, people[1].Username]);
            await sso.AssertNobodyIsLostAsync(people);

            await BringBackAsync(people);
            Assert.True(killed || commit > AtLeast, $"It made {commit - 1} commits.");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Finishing_what_was_interrupted_may_itself_be_killed_between_any_two_steps(bool carriedOut)
    {
        for (var (commit, killed) = (1, true); killed; commit++)
        {
            var people = await sso.Mattermost.AddSsoUsersAsync(sso.NewName(), 4, SsoFixture.Service);
            await sso.Get<ConvertAccounts>().HandleAsync(new ConvertAccountsRequest { Users = [.. people.Select(person => person.Username)], Ticket = "INC-18" }, sso.Helpdesk, null, CancellationToken.None);
            await sso.AbandonAsync(people, untouched: 2);
            killed = await KillAsync(commit, carriedOut, ["sso", "reconcile", "--repair"]);
            await sso.AssertNobodyIsLostAsync(people);

            await sso.Get<AbandonedWork>().ResumeAsync(CancellationToken.None);

            foreach (var (person, place) in people.Select((person, place) => (person, place)))
            {
                Assert.Equal(place < 2 ? ConversionState.RolledBack : ConversionState.Converted, (await sso.NewestAsync(person.Id))!.State);
            }

            await AssertConvertedOnceAsync([.. people.Skip(2)]);
            await BringBackAsync(people);
            Assert.True(killed || commit > AtLeast, $"It made {commit - 1} commits.");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Closing_may_be_killed_between_any_two_steps_and_sign_in_by_mail_goes_off_again(bool carriedOut)
    {
        await CloseAsync();
        for (var (commit, killed) = (1, true); killed; commit++)
        {
            sso.Mattermost.SetSetting("EmailSettings", "EnableSignInWithEmail", false);
            await sso.Get<OpenOutage>().HandleAsync(new OpenOutageRequest { Service = SsoFixture.Service, Ticket = "INC-19", Reason = "away", EnableEmailSignIn = true }, sso.Helpdesk, CancellationToken.None);
            var person = await sso.PersonAsync();
            await sso.ConvertAsync(person.Username);

            killed = await KillAsync(commit, carriedOut, ["sso", "close"]);
            var care = ActivatorUtilities.CreateInstance<OutageCare>(sso.App.Services, new FakeTimeProvider(DateTimeOffset.UtcNow.AddMinutes(2)));
            await care.RoundAsync(CancellationToken.None);

            if ((await sso.Get<OutageStore>().ListAsync(openOnly: true, 1, CancellationToken.None)).Count > 0)
            {
                Assert.True(await IsSignInOnAsync());
                await CloseAsync();
            }

            Assert.False(await IsSignInOnAsync());
            Assert.Empty(await sso.Get<OutageStore>().ListUnsettledAsync(CancellationToken.None));
            await sso.AssertBoundAsync(person);
            Assert.True(killed || commit > AtLeast, $"It made {commit - 1} commits.");
        }

        sso.Mattermost.SetSetting("EmailSettings", "EnableSignInWithEmail", true);
        await sso.OpenAsync(SsoFixture.Service);
    }

    private Task CloseAsync() => sso.Get<CloseOutage>().HandleAsync(SsoFixture.Service, null, sso.Helpdesk, CancellationToken.None);

    private async Task<bool> IsSignInOnAsync() => (bool)(await sso.Get<MattermostGate>().Api.GetConfigAsync(CancellationToken.None))["EmailSettings"]!["EnableSignInWithEmail"]!;

    /// <returns>Whether it was killed; false when it came to its end, since it makes fewer commits.</returns>
    private async Task<bool> KillAsync(int commit, bool carriedOut, string[] arguments)
    {
        await using var gate = new CommitGate(sso.StateText, commit, carriedOut);
        using var process = CliFixture.Start(new Dictionary<string, string>(sso.ChildSettings) { ["MMDR_ConnectionStrings__State"] = gate.Uri }, arguments);
        var ended = process.WaitForExitAsync();
        var killed = await Task.WhenAny(gate.Held, ended) == gate.Held;
        process.Kill(entireProcessTree: true);
        await ended;
        Assert.True(killed || process.ExitCode == 0, $"It ended with {process.ExitCode}.");
        return killed;
    }

    private async Task AssertConvertedOnceAsync(IReadOnlyList<StandInAccount> people)
    {
        var open = (await sso.Get<ConversionStore>().ListOpenAsync(null, CancellationToken.None)).ToLookup(one => one.UserId);
        var ledger = (await sso.LedgerAsync()).ToLookup(binding => binding.UserId);
        foreach (var person in people)
        {
            var row = Assert.Single(open[person.Id]);
            Assert.Equal((ConversionState.Converted, person.AuthService, person.AuthData), (row.State, row.AuthService, row.AuthData));
            Assert.Contains(ledger[person.Id], binding => binding.ConversionId == row.Id && binding.AuthData == person.AuthData);
            Assert.Equal("", (await sso.Mattermost.FindAccountAsync(person.Id))!.AuthService);
        }

        Assert.Equal(people.Count, people.Sum(person => ledger[person.Id].Count(binding => binding.ConversionId == open[person.Id].Single().Id)));
    }

    private async Task BringBackAsync(IReadOnlyList<StandInAccount> people)
    {
        await sso.Get<RevertAccounts>().HandleAsync(new RevertAccountsRequest { Users = [.. people.Select(person => person.Username)] }, sso.Helpdesk, null, CancellationToken.None);
        foreach (var person in people)
        {
            var now = (await sso.Mattermost.FindAccountAsync(person.Id))!;
            Assert.Equal((person.AuthService, person.AuthData), (now.AuthService, now.AuthData));
            Assert.False((await sso.NewestAsync(person.Id))?.IsOpen is true);
        }

        Assert.Null(await sso.Get<AuditLog>().VerifyAsync(CancellationToken.None));
    }
}
