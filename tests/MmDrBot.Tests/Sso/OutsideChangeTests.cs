using MmDrBot.Access;
using MmDrBot.Features.Outages;
using MmDrBot.Sso;
using MmDrBot.TestKit.Mattermost;
using MmDrBot.TestKit.Postgres;

namespace MmDrBot.Tests.Sso;

/// <summary>While we work on an account, somebody binds it anew with another tool. What the ledger does not hold is never destroyed.</summary>
public sealed class OutsideChangeTests(PostgresSsoFixture sso) : IClassFixture<PostgresSsoFixture>
{
    private const int AtLeast = 3;

    [Fact]
    public async Task A_binding_that_changes_between_any_two_steps_of_a_conversion_is_not_destroyed()
    {
        var outcomes = new List<ConversionOutcome>();
        for (var (commit, held) = (1, true); held; commit++)
        {
            var person = await sso.PersonAsync();
            var isBound = true;
            await using (var gate = new CommitGate(sso.StateText, commit, carriedOut: true))
            {
                sso.NewProcess(("ConnectionStrings:State", gate.Uri));
                var converting = sso.ConvertAsync(person.Username, "one-time-link");
                held = await Task.WhenAny(gate.Held, converting) == gate.Held;
                if (held)
                {
                    isBound = (await sso.Mattermost.FindAccountAsync(person.Id))!.AuthService == person.AuthService;
                    await BindAnewAsync(person);
                }

                gate.Release();
                outcomes.Add((await converting).Outcome);
            }

            sso.NewProcess();
            await AssertNothingIsLostAsync(person, held && isBound ? Anew(person) : person.AuthData!);
            Assert.True(held || commit > AtLeast, $"It made {commit - 1} commits.");
        }

        Assert.Contains(ConversionOutcome.Failed, outcomes);
    }

    [Fact]
    public async Task Neither_a_link_nor_a_new_way_in_takes_an_account_from_what_others_bound_it_to()
    {
        var person = await sso.PersonAsync();
        var link = new Uri((await sso.ConvertAsync(person.Username, "one-time-link")).Link!);
        await BindAnewAsync(person);

        await Assert.ThrowsAsync<Refusal>(() => sso.Get<ClaimAccess>().HandleAsync(link.Fragment.TrimStart('#'), CancellationToken.None));
        var refusal = await Assert.ThrowsAsync<Refusal>(() => sso.Get<DeliverAccess>().HandleAsync(person.Username, "temporary-password", sso.Helpdesk, CancellationToken.None));

        Assert.Equal(RefusalReason.Conflict, refusal.Reason);
        Assert.Equal(Anew(person), (await sso.Mattermost.FindAccountAsync(person.Id))!.AuthData);
        Assert.Equal("changed_outside", (await sso.RevertAsync(person.Username)).Outcome);
    }

    private static string Anew(StandInAccount person) => $"anew-{person.Id}";

    private Task BindAnewAsync(StandInAccount person) =>
        sso.Database.ExecuteAsync($"update users set authservice = '{person.AuthService}', authdata = '{Anew(person)}', password = '' where id = '{person.Id}'");

    /// <param name="person">Whose account it is.</param>
    /// <param name="held">The binding that the account had when it was last seen with one before its conversion.</param>
    private async Task AssertNothingIsLostAsync(StandInAccount person, string held)
    {
        var now = (await sso.Mattermost.FindAccountAsync(person.Id))!;
        if (now.AuthService == "")
        {
            Assert.Equal(held, Assert.Single(await sso.LedgerAsync(), binding => binding.UserId == person.Id).AuthData);
        }
        else
        {
            Assert.Equal(Anew(person), now.AuthData);
        }
    }
}
