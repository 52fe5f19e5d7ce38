using MmDrBot.Access;
using MmDrBot.Features.Outages;
using MmDrBot.Sso;
using MmDrBot.TestKit.Mattermost;
using MmDrBot.TestKit.Postgres;

namespace MmDrBot.Tests.Sso;

public sealed class SqliteAnySequenceTests(SsoFixture sso) : AnySequenceTests(sso), IClassFixture<SsoFixture>;

public sealed class PostgresAnySequenceTests(PostgresSsoFixture sso) : AnySequenceTests(sso), IClassFixture<PostgresSsoFixture>;

/// <summary>Whatever is done in whatever order, nobody is ever converted without an open row and an open ledger entry.</summary>
public abstract class AnySequenceTests(SsoFixture sso)
{
    private const int Steps = 40;
    private const int People = 7;
    private const int MostDeleted = 2;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Nobody_is_ever_left_behind(int seed)
    {
        var random = new Random(seed);
        StandInAccount[] people = [.. await sso.Mattermost.AddSsoUsersAsync(sso.NewName(), People, SsoFixture.Service)];
        for (var step = 0; step < Steps; step++)
        {
            await StepAsync(random, people);
            await sso.AssertLedgerRemembersAsync(people);
            await sso.LoseOwnersAsync();
            await sso.Get<AbandonedWork>().ResumeAsync(CancellationToken.None);
            await sso.AssertNobodyIsLostAsync(people);
        }

        sso.Mattermost.StopFailing();
        await EndAsync(people);
    }

    private async Task StepAsync(Random random, StandInAccount[] people)
    {
        var place = random.Next(people.Length);
        var person = people[place];
        var names = people.Where(_ => random.Next(3) == 0).Select(one => one.Username).Append(person.Username).Distinct().ToArray();
        sso.Mattermost.StopFailing();
        for (var faults = random.Next(3); faults > 0; faults--)
        {
            sso.Mattermost.Fail("*", new[] { StandInFailure.LoseAnswer, StandInFailure.Abort, StandInFailure.Answer(500), StandInFailure.Answer(403) }[random.Next(4)], random.Next(1, 4));
        }

        try
        {
            await (random.Next(12) switch
            {
                0 or 1 => sso.Get<ConvertAccounts>().HandleAsync(new ConvertAccountsRequest { Users = names, Ticket = "INC-4" }, sso.Helpdesk, null, CancellationToken.None),
                2 => sso.Get<RevertAccounts>().HandleAsync(new RevertAccountsRequest { Users = names }, sso.Helpdesk, null, CancellationToken.None),
                3 => BothAsync(names),
                4 => ByHandAsync(person),
                5 => CrashAsync(random, names),
                6 => RestartAsync(),
                7 or 8 => BindAnewAsync(people, place),
                9 => SignOffAsync(person),
                10 when place < MostDeleted => sso.Database.ExecuteAsync($"delete from users where id = '{person.Id}'"),
                _ => CloseAndOpenAsync(),
            });
        }
        catch (Refusal)
        {
            // Being refused is an answer; what matters is what is true afterwards.
        }
        catch (Mattermost.MattermostApiException)
        {
        }
    }

    private async Task CrashAsync(Random random, string[] names)
    {
        try
        {
            await CutOffAsync(random, names);
        }
        finally
        {
            sso.NewProcess();
        }
    }

    /// <summary>The process loses its state in the middle of what it does, at any commit, and with it every word of what it had done.</summary>
    private async Task CutOffAsync(Random random, string[] names)
    {
        if (!sso.StateText.StartsWith("postgres", StringComparison.Ordinal))
        {
            // A file can't be cut off; the ledger's store can, and nothing begins or ends without it.
            sso.NewProcess(("Repository:Url", "file:///proc/no/such/place"));
            await EitherAsync(random, names);
            return;
        }

        await using var gate = new CommitGate(sso.StateText, random.Next(1, 8), random.Next(2) == 0);
        sso.NewProcess(("ConnectionStrings:State", gate.Uri));
        var working = EitherAsync(random, names);
        await Task.WhenAny(working, gate.Held);
        await gate.DisposeAsync();
        await working;
    }

    private Task EitherAsync(Random random, string[] names) => random.Next(2) == 0
        ? sso.Get<ConvertAccounts>().HandleAsync(new ConvertAccountsRequest { Users = names, Ticket = "INC-6" }, sso.Helpdesk, null, CancellationToken.None)
        : sso.Get<RevertAccounts>().HandleAsync(new RevertAccountsRequest { Users = names }, sso.Helpdesk, null, CancellationToken.None);

    private Task RestartAsync()
    {
        sso.NewProcess();
        return Task.CompletedTask;
    }

    private Task BothAsync(string[] names) => Task.WhenAll(
        sso.Get<ConvertAccounts>().HandleAsync(new ConvertAccountsRequest { Users = names, Ticket = "INC-5" }, sso.Helpdesk, null, CancellationToken.None),
        sso.Get<RevertAccounts>().HandleAsync(new RevertAccountsRequest { Users = names }, sso.Helpdesk, null, CancellationToken.None));

    /// <summary>Somebody gives the account its binding with another tool.</summary>
    private Task ByHandAsync(StandInAccount person) =>
        sso.Database.ExecuteAsync($"update users set authservice = '{person.AuthService}', authdata = '{person.AuthData}', password = '' where id = '{person.Id}'");

    /// <summary>Somebody binds the account to other data with another tool; from then on that is what must not be lost.</summary>
    private async Task BindAnewAsync(StandInAccount[] people, int place)
    {
        var anew = people[place] = people[place] with { AuthData = $"anew-{sso.NewName()}" };
        await ByHandAsync(anew);
    }

    /// <summary>Whoever was signed off is brought back by hand, so that nobody has to remember them.</summary>
    private async Task SignOffAsync(StandInAccount person)
    {
        await sso.Get<SignOffAccount>().HandleAsync(person.Username, "they will see to it themselves", sso.Root, CancellationToken.None);
        await ByHandAsync(person);
    }

    private async Task CloseAndOpenAsync()
    {
        await sso.Get<CloseOutage>().HandleAsync(SsoFixture.Service, null, sso.Helpdesk, CancellationToken.None);
        await sso.OpenAsync(SsoFixture.Service);
    }

    private async Task EndAsync(IReadOnlyList<StandInAccount> people)
    {
        if ((await sso.Get<OutageStore>().ListAsync(openOnly: true, 10, CancellationToken.None)).Count > 0)
        {
            // Only who was deleted, or bound to other data, is left to sign off.
            await sso.Get<CloseOutage>().HandleAsync(SsoFixture.Service, "the end", sso.Root, CancellationToken.None);
        }

        foreach (var person in people)
        {
            var now = await sso.Mattermost.FindAccountAsync(person.Id);
            Assert.True(now is null || (now.AuthService, now.AuthData) == (person.AuthService, person.AuthData), $"@{person.Username} did not come back to {person.AuthData}.");
        }

        var ids = people.Select(person => person.Id).ToHashSet();
        Assert.DoesNotContain(await sso.LedgerAsync(), binding => ids.Contains(binding.UserId));
        await sso.OpenAsync(SsoFixture.Service);
    }
}
