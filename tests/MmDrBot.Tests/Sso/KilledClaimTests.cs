using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MmDrBot.Access;
using MmDrBot.Features.Outages;
using MmDrBot.Sso;
using MmDrBot.TestKit.Mattermost;
using MmDrBot.TestKit.Postgres;
using MmDrBot.Tests.Data;

namespace MmDrBot.Tests.Sso;

/// <summary>The service is killed while somebody opens their one-time link: between any two of its steps, and with the password on the way.</summary>
public sealed class KilledClaimTests(PostgresSsoFixture sso) : IClassFixture<PostgresSsoFixture>
{
    private const int AtLeast = 3;
    private const string Password = "PUT /api/v4/users/{id}/password";

    // What a claim writes, and nothing that a service does by itself meanwhile.
    private static readonly string[] _claims = ["update conversions", "account.link_claimed"];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_claim_killed_between_any_two_steps_leaves_a_converted_account_with_a_new_way_in(bool carriedOut)
    {
        for (var (commit, killed) = (1, true); killed; commit++)
        {
            var person = await sso.PersonAsync();
            var token = await LinkAsync(person);
            await using (var gate = new CommitGate(sso.StateText, commit, carriedOut, _claims))
            {
                killed = await KillAsync(gate.Uri, token, gate.Held);
            }

            await sso.AssertNobodyIsLostAsync(person);
            Assert.Equal(ConversionState.Converted, (await sso.NewestAsync(person.Id))!.State);
            if (commit == 1 && !carriedOut)
            {
                // Nothing was begun, so the link is as good as before.
                await AssertOpensAsync(person, token);
            }
            else
            {
                Assert.Equal(RefusalReason.NotFound, (await Assert.ThrowsAsync<Refusal>(() => sso.Get<ClaimAccess>().HandleAsync(token, CancellationToken.None))).Reason);
                Assert.Contains(await sso.AuditAsync(), record => record.Entry.Action == "account.claim_requested" && record.Entry.Target == person.Username);
                await AssertOpensAsync(person, Token((await sso.Get<DeliverAccess>().HandleAsync(person.Username, "one-time-link", sso.Helpdesk, CancellationToken.None)).Link!));
            }

            Assert.Equal("reverted", (await sso.RevertAsync(person.Username)).Outcome);
            await sso.AssertBoundAsync(person);
            Assert.True(killed || commit > AtLeast, $"It made {commit - 1} commits.");
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task While_the_password_of_a_killed_claim_may_be_on_the_way_nobody_else_works_on_the_account(bool isLate)
    {
        sso.NewProcess(("Sso:SettleTime", "01:00:00"));
        var person = await sso.PersonAsync();
        var token = await LinkAsync(person);
        var before = sso.Mattermost.InjectedFailures;
        sso.Mattermost.Fail(Password, isLate ? StandInFailure.Hang : StandInFailure.HangAnswer);
        Assert.True(await KillAsync(sso.StateText, token, Eventually.IsTrueAsync(() => Task.FromResult(sso.Mattermost.InjectedFailures > before))));
        sso.Mattermost.StopFailing();
        var conversion = (await sso.NewestAsync(person.Id))!;

        await Assert.ThrowsAsync<Refusal>(() => sso.Get<DeliverAccess>().HandleAsync(person.Username, "temporary-password", sso.Helpdesk, CancellationToken.None));
        Assert.Equal("busy", (await sso.RevertAsync(person.Username)).Outcome);
        await Assert.ThrowsAsync<Refusal>(() => sso.Get<SignOffAccount>().HandleAsync(person.Username, "enough", sso.Root, CancellationToken.None));
        if (isLate)
        {
            await sso.Get<MattermostGate>().Api.SetPasswordAsync(person.Id, new Mattermost.NewPassword("Of-the-killed-claim-1"), CancellationToken.None);
        }

        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var store = ActivatorUtilities.CreateInstance<ConversionStore>(sso.App.Services, time);
        Assert.False(await sso.OwnAsync(store, conversion.Id, WorkOwner.New()));
        time.Advance(TimeSpan.FromHours(1));
        await using (var rows = new OwnedRows(store, TimeSpan.Zero, time))
        {
            Assert.True(await sso.OwnAsync(store, conversion.Id, rows.Owner));
        }

        await sso.LoseOwnersAsync();
        Assert.Equal("reverted", (await sso.RevertAsync(person.Username)).Outcome);
        await sso.AssertBoundAsync(person);
        sso.NewProcess();
    }

    [Fact]
    public async Task The_service_lets_what_a_killed_claim_held_settle_by_itself()
    {
        var person = await sso.PersonAsync();
        var token = await LinkAsync(person);
        var before = sso.Mattermost.InjectedFailures;
        sso.Mattermost.Fail(Password, StandInFailure.HangAnswer);
        Assert.True(await KillAsync(sso.StateText, token, Eventually.IsTrueAsync(() => Task.FromResult(sso.Mattermost.InjectedFailures > before))));
        sso.Mattermost.StopFailing();

        sso.NewProcess(("Sso:SettleTime", "01:00:00"));
        await sso.Get<AbandonedWork>().ResumeAsync(CancellationToken.None);

        var time = new FakeTimeProvider(DateTimeOffset.UtcNow.AddMinutes(61));
        Assert.True(await sso.OwnAsync(ActivatorUtilities.CreateInstance<ConversionStore>(sso.App.Services, time), (await sso.NewestAsync(person.Id))!.Id, WorkOwner.New()));
        sso.NewProcess();
        await sso.LoseOwnersAsync();
        await sso.RevertAsync(person.Username);
    }

    private async Task<string> LinkAsync(StandInAccount person) => Token((await sso.ConvertAsync(person.Username, "one-time-link")).Link!);

    private static string Token(string link) => new Uri(link).Fragment.TrimStart('#');

    private async Task AssertOpensAsync(StandInAccount person, string token) =>
        Assert.True(await SsoSignIn.WorksAsync(sso.Mattermost, person.Username, (await sso.Get<ClaimAccess>().HandleAsync(token, CancellationToken.None)).Password));

    /// <summary>Opens the link at a service of its own, which is killed when the moment comes.</summary>
    /// <returns>Whether it came; false when the link had its answer before.</returns>
    private async Task<bool> KillAsync(string state, string token, Task moment)
    {
        await using var service = ChildService.Start(sso.ChildSettings, state);
        await service.IsUpAsync();
        var claim = service.Door.PostAsJsonAsync("/sso/claim", new { token });
        if (await Task.WhenAny(moment, claim) == moment)
        {
            await service.KillAsync();
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => claim);
            return true;
        }

        using var answer = await claim;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return false;
    }
}
