using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using MmDrBot.Access;
using MmDrBot.ApiKeys;
using MmDrBot.Features.ApiAccess;
using MmDrBot.Features.Outages;
using MmDrBot.Sso;
using MmDrBot.TestKit.Mattermost;
using MmDrBot.TestKit.Tools;
using MmDrBot.Tests.Cli;

namespace MmDrBot.Tests.Sso;

/// <summary>Our state is lost in the middle of an outage; ledger and key alone bring everybody back, in one go.</summary>
public sealed class RecoverRevertTests(SsoFixture sso) : IClassFixture<SsoFixture>
{
    private const int Failed = 1;
    private const int Partly = 3;

    [Fact]
    public async Task On_a_new_machine_everybody_comes_back_once_and_whoever_cannot_is_named_with_the_reason()
    {
        var people = await ConvertedAsync(5);
        var (home, stuck, gone) = (people[0], people[3], people[4]);
        await sso.RevertAsync(home.Username);
        var thief = await sso.PersonAsync();
        await sso.Database.ExecuteAsync($"update users set authdata = '{stuck.AuthData}' where id = '{thief.Id}'; delete from users where id = '{gone.Id}'");
        var machine = NewMachine("on-a-new-machine");

        var first = await RunAsync(machine, Partly, "sso", "recover", "--repo", sso.RepositoryUrl, "--revert");

        var outcomes = first["reverts"]!.AsArray().ToDictionary(one => (string)one!["userId"]!, one => one!);
        Assert.Equal(people.Skip(1).Select(person => person.Id).Order(), outcomes.Keys.Order());
        Assert.Equal(["reverted", "reverted", "binding_taken", "account_gone"], people.Skip(1).Select(person => (string)outcomes[person.Id]["outcome"]!));
        Assert.Contains($"@{thief.Username} holds the binding of @{stuck.Username}", (string?)outcomes[stuck.Id]["message"], StringComparison.Ordinal);
        Assert.Contains($"@{gone.Username} does not exist any more", (string?)outcomes[gone.Id]["message"], StringComparison.Ordinal);
        await sso.AssertBoundAsync(people[1]);
        await sso.AssertBoundAsync(people[2]);

        // Those who are left stay in the books and in the ledger, of this machine and of any other; nobody else is touched again.
        foreach (var again in new[] { machine, NewMachine("on-a-third-machine") })
        {
            var second = await RunAsync(again, Failed, "sso", "recover", "--repo", sso.RepositoryUrl, "--revert");
            Assert.Equal(new[] { stuck.Id, gone.Id }.Order(), second["reverts"]!.AsArray().Select(one => (string)one!["userId"]!).Order());
        }

        Assert.All(people.Take(3), person => Assert.Single(sso.Mattermost.Calls, call => call == $"PUT /api/v4/users/{person.Id}/auth"));
        Assert.All(people.Take(3), person => Assert.Single(sso.Mattermost.Calls, call => call == $"POST /api/v4/users/{person.Id}/sessions/revoke/all"));

        await sso.Database.ExecuteAsync($"update users set authservice = '', authdata = null where id = '{thief.Id}'");
        await RunAsync(machine, Partly, "sso", "recover", "--repo", sso.RepositoryUrl, "--revert");
        await sso.AssertBoundAsync(stuck);
        await EndAsync(gone);
    }

    [Fact]
    public async Task The_terminal_names_the_only_one_who_cannot_be_brought_back_too()
    {
        var person = Assert.Single(await ConvertedAsync(1));
        var thief = await sso.PersonAsync();
        await sso.Database.ExecuteAsync($"update users set authdata = '{person.AuthData}' where id = '{thief.Id}'");
        var machine = NewMachine("for-the-only-one");

        var stuck = await Tool.TryRunAsync(CliFixture.Program, ["sso", "recover", "--repo", sso.RepositoryUrl, "--revert"], machine);
        await sso.Database.ExecuteAsync($"update users set authservice = '', authdata = null where id = '{thief.Id}'");
        var back = await Tool.TryRunAsync(CliFixture.Program, ["sso", "recover", "--repo", sso.RepositoryUrl, "--revert"], machine);
        var nobody = await Tool.TryRunAsync(CliFixture.Program, ["sso", "recover", "--repo", sso.RepositoryUrl, "--revert"], machine);

        Assert.Equal(Failed, stuck.ExitCode);
        Assert.Contains($"@{thief.Username} holds the binding of @{person.Username}", stuck.Output, StringComparison.Ordinal);
        Assert.Equal(0, back.ExitCode);
        Assert.Contains($"@{person.Username} signs in with gitlab again", back.Output, StringComparison.Ordinal);
        Assert.Equal(0, nobody.ExitCode);
        Assert.DoesNotContain(person.Username, nobody.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("brings them back", nobody.Output, StringComparison.Ordinal);
        await sso.AssertBoundAsync(person);
    }

    [Fact]
    public async Task A_service_that_lost_its_state_brings_everybody_back_by_REST_once()
    {
        var people = await ConvertedAsync(3);
        var thief = await sso.PersonAsync();
        await sso.Database.ExecuteAsync($"update users set authdata = '{people[2].AuthData}' where id = '{thief.Id}'");
        sso.NewProcess(("ConnectionStrings:State", sso.StateFile + ".of-a-new-service"));
        var service = sso.App;
        await service.StartAsync();
        try
        {
            using var weak = await DoorAsync(service, Permission.ManageOutages);
            using var refused = await RecoverAsync(weak);
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
            using var door = await DoorAsync(service, Permission.ManageOutages, Permission.ConvertAccounts);

            var first = await OutcomesAsync(await RecoverAsync(door));
            Assert.Equal(["reverted", "reverted", "binding_taken"], people.Select(person => (string)first[person.Id]["outcome"]!));
            Assert.Contains($"@{thief.Username} holds the binding of @{people[2].Username}", (string?)first[people[2].Id]["message"], StringComparison.Ordinal);

            Assert.Equal([people[2].Id], (await OutcomesAsync(await RecoverAsync(door))).Keys);
            await sso.Database.ExecuteAsync($"update users set authservice = '', authdata = null where id = '{thief.Id}'");
            Assert.Equal("reverted", (string?)(await OutcomesAsync(await RecoverAsync(door)))[people[2].Id]["outcome"]);
            Assert.Empty(await OutcomesAsync(await RecoverAsync(door)));
            Assert.All(people, person => Assert.Single(sso.Mattermost.Calls, call => call == $"POST /api/v4/users/{person.Id}/sessions/revoke/all"));
            foreach (var person in people)
            {
                await sso.AssertBoundAsync(person);
            }
        }
        finally
        {
            await service.StopAsync();
            sso.NewProcess();
        }
    }

    private async Task<IReadOnlyList<StandInAccount>> ConvertedAsync(int count)
    {
        var people = await sso.Mattermost.AddSsoUsersAsync(sso.NewName(), count, SsoFixture.Service);
        await sso.Get<ConvertAccounts>().HandleAsync(new ConvertAccountsRequest { Users = [.. people.Select(person => person.Username)], Ticket = "INC-70" }, sso.Helpdesk, null, CancellationToken.None);
        return people;
    }

    /// <summary>The books of the machine that was lost, and the ledger with them, forget somebody who is gone.</summary>
    private async Task EndAsync(StandInAccount gone)
    {
        await sso.Get<SignOffAccount>().HandleAsync(gone.Username, "left the company", sso.Root, CancellationToken.None);
        Assert.DoesNotContain(await sso.LedgerAsync(), binding => binding.UserId == gone.Id);
    }

    /// <summary>The key, Mattermost and nothing else: no repository in the settings, and a state that is empty.</summary>
    private Dictionary<string, string> NewMachine(string name)
    {
        var machine = new Dictionary<string, string>(sso.ChildSettings) { ["MMDR_ConnectionStrings__State"] = $"{sso.StateFile}.{name}" };
        machine.Remove("MMDR_Repository__Url");
        return machine;
    }

    private static async Task<JsonNode> RunAsync(IReadOnlyDictionary<string, string> settings, int exitCode, params string[] arguments)
    {
        var result = await Tool.TryRunAsync(CliFixture.Program, [.. arguments, "--json"], settings);
        Assert.True(result.ExitCode == exitCode, $"{result.ExitCode}: {result.Error}{result.Output}");
        return JsonNode.Parse(result.Output)!;
    }

    private async Task<HttpClient> DoorAsync(WebApplication service, params Permission[] permissions)
    {
        var key = await sso.Get<ManageApiKeys>().CreateAsync(new NewApiKey(sso.NewName(), permissions.ToHashSet(), null), Actor.System, CancellationToken.None);
        var door = new HttpClient { BaseAddress = new Uri(service.Urls.First()) };
        door.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key.Secret);
        return door;
    }

    private static Task<HttpResponseMessage> RecoverAsync(HttpClient door) => door.PostAsJsonAsync("/api/v1/sso-outages/recovery", new { revert = true });

    private static async Task<IReadOnlyDictionary<string, JsonNode>> OutcomesAsync(HttpResponseMessage answer)
    {
        using (answer)
        {
            var body = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.IsSuccessStatusCode, body);
            return JsonNode.Parse(body)!["reverts"]!.AsArray().ToDictionary(one => (string)one!["userId"]!, one => one!);
        }
    }
}
