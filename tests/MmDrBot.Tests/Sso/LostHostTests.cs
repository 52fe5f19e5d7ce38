using System.Text.Json.Nodes;
using MmDrBot.Access;
using MmDrBot.Data;
using MmDrBot.Features.Outages;
using MmDrBot.Sso;
using MmDrBot.TestKit.Mattermost;
using MmDrBot.TestKit.Tools;
using MmDrBot.Tests.Cli;

namespace MmDrBot.Tests.Sso;

/// <summary>The program on the host's command line: a new machine after the old one was lost, and lists from elsewhere.</summary>
public sealed class LostHostTests(SsoFixture sso) : IClassFixture<SsoFixture>
{
    [Fact]
    public async Task A_new_machine_with_the_key_alone_rebuilds_the_books_and_brings_everybody_back()
    {
        var people = await sso.Mattermost.AddSsoUsersAsync(sso.NewName(), 3, SsoFixture.Service);
        await sso.Get<ConvertAccounts>().HandleAsync(new ConvertAccountsRequest { Users = [.. people.Select(person => person.Username)], Ticket = "INC-60" }, sso.Helpdesk, null, CancellationToken.None);
        await sso.RevertAsync(people[0].Username);
        var fresh = new Dictionary<string, string>(sso.ChildSettings) { ["MMDR_ConnectionStrings__State"] = sso.StateFile + ".new-machine" };
        fresh.Remove("MMDR_Repository__Url");

        var recovery = await JsonAsync(fresh, "sso", "recover", "--repo", sso.RepositoryUrl);
        var recovered = recovery["recovery"]!["recovered"]!.AsArray().Select(one => (string)one!["userId"]!).ToHashSet();
        Assert.Equal([false, true, true], people.Select(person => recovered.Contains(person.Id)));

        fresh["MMDR_Repository__Url"] = sso.RepositoryUrl;
        Assert.Single((await JsonAsync(fresh, "sso", "status")).AsArray());
        await JsonAsync(fresh, "sso", "close");
        foreach (var person in people)
        {
            await sso.AssertBoundAsync(person);
        }

        Assert.Contains("0 of these accounts with a password", (await MustAsync(fresh, "sso", "report")).Output, StringComparison.Ordinal);

        // The old machine comes back from the dead: it finds them home, and ends its books.
        await sso.Get<ReconcileAccounts>().RepairAsync([], sso.Helpdesk, CancellationToken.None);
        Assert.Equal(ConversionState.AlreadyBack, (await sso.NewestAsync(people[1].Id))!.State);
    }

    [Fact]
    public async Task A_setting_that_was_changed_for_the_outage_is_put_back_by_a_new_machine_too()
    {
        sso.Mattermost.SetSetting("EmailSettings", "EnableSignInWithEmail", false);
        await sso.Get<OpenOutage>().HandleAsync(new OpenOutageRequest { Service = "office365", Ticket = "INC-62", Reason = "away", EnableEmailSignIn = true }, sso.Helpdesk, CancellationToken.None);
        var fresh = new Dictionary<string, string>(sso.ChildSettings) { ["MMDR_ConnectionStrings__State"] = sso.StateFile + ".third-machine" };
        try
        {
            var recovery = await JsonAsync(fresh, "sso", "recover");
            Assert.Equal(["office365"], recovery["recovery"]!["settings"]!.AsArray().Select(service => (string)service!));
            Assert.Empty((await JsonAsync(fresh, "sso", "recover"))["recovery"]!["settings"]!.AsArray());
            foreach (var outage in (await JsonAsync(fresh, "sso", "status")).AsArray())
            {
                await JsonAsync(fresh, "sso", "close", (string)outage!["service"]!);
            }

            var config = await sso.Get<MattermostGate>().Api.GetConfigAsync(CancellationToken.None);
            Assert.False((bool)config["EmailSettings"]!["EnableSignInWithEmail"]!);
            var another = new Dictionary<string, string>(fresh) { ["MMDR_ConnectionStrings__State"] = sso.StateFile + ".fourth-machine" };
            Assert.Empty((await JsonAsync(another, "sso", "recover"))["recovery"]!["settings"]!.AsArray());
        }
        finally
        {
            await sso.Get<CloseOutage>().HandleAsync("office365", null, sso.Helpdesk, CancellationToken.None);
            sso.Mattermost.SetSetting("EmailSettings", "EnableSignInWithEmail", true);
        }
    }

    [Fact]
    public async Task A_list_in_a_file_is_converted_and_brought_back()
    {
        var people = await sso.Mattermost.AddSsoUsersAsync(sso.NewName(), 3, SsoFixture.Service);
        var file = sso.StateFile + ".csv";
        await File.WriteAllTextAsync(file, $"username;department\n# those of the day\n{people[0].Username};x\n\"{people[1].Email}\";y\n\n{people[2].Username.ToUpperInvariant()}\n");

        await MustAsync(sso.ChildSettings, "sso", "convert", "--file", file, "--ticket", "INC-61", "--deliver", "one-time-link");
        Assert.Equal(3L, await sso.Database.ScalarAsync<long>($"select count(*) from users where authservice = '' and id in ('{string.Join("', '", people.Select(person => person.Id))}')"));
        await MustAsync(sso.ChildSettings, "sso", "revert", "--file", file);

        foreach (var person in people)
        {
            await sso.AssertBoundAsync(person);
        }
    }

    [Fact]
    public async Task Where_the_audit_cannot_be_written_nobody_is_converted()
    {
        var person = await sso.PersonAsync();
        var state = sso.Get<StateDatabase>();
        await state.InTransactionAsync((transaction, token) => transaction.ExecuteAsync("update audit_head set id = 2", null, token), CancellationToken.None);

        var refusal = await Assert.ThrowsAsync<Refusal>(() => sso.ConvertAsync(person.Username));

        await state.InTransactionAsync((transaction, token) => transaction.ExecuteAsync("update audit_head set id = 1", null, token), CancellationToken.None);
        Assert.Equal(RefusalReason.Damaged, refusal.Reason);
        Assert.Null(await sso.NewestAsync(person.Id));
        Assert.Equal((person.AuthService, person.AuthData), ((await sso.Mattermost.FindAccountAsync(person.Id))!.AuthService, (await sso.Mattermost.FindAccountAsync(person.Id))!.AuthData));
        Assert.Equal(ConversionOutcome.Converted, (await sso.ConvertAsync(person.Username)).Outcome);
        await sso.RevertAsync(person.Username);

        // The ledger was first; what it holds of the call that failed ends with the outage.
        Assert.Contains(await sso.LedgerAsync(), binding => binding.UserId == person.Id);
        await sso.Get<CloseOutage>().HandleAsync(SsoFixture.Service, null, sso.Helpdesk, CancellationToken.None);
        Assert.DoesNotContain(await sso.LedgerAsync(), binding => binding.UserId == person.Id);
        await sso.OpenAsync(SsoFixture.Service);
    }

    [Fact]
    public async Task A_policy_that_asks_for_longer_passwords_is_followed()
    {
        var (first, second) = (await sso.PersonAsync(), await sso.PersonAsync());
        sso.Mattermost.SetSetting("PasswordSettings", "MinimumLength", 44);
        try
        {
            foreach (var person in new[] { first, second })
            {
                var result = await sso.ConvertAsync(person.Username, "temporary-password");
                Assert.True(result.TemporaryPassword?.Length >= 44, result.Message);
                Assert.True(await SsoSignIn.WorksAsync(sso.Mattermost, person.Username, result.TemporaryPassword!));
            }
        }
        finally
        {
            sso.Mattermost.SetSetting("PasswordSettings", "MinimumLength", 10);
        }
    }

    [Fact]
    public async Task A_link_that_has_run_out_opens_nothing_and_the_reply_says_how_long_it_is_good()
    {
        sso.NewProcess(("Sso:LinkLifetime", "00:07:00"));
        var person = await sso.PersonAsync();
        var result = await sso.ConvertAsync(person.Username, "one-time-link");
        Assert.Contains("good for 7 minutes", result.Message, StringComparison.Ordinal);
        await sso.Get<StateDatabase>().InTransactionAsync((transaction, token) => transaction.ExecuteAsync("update claim_links set expires_at = @now", new { now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - 1 }, token), CancellationToken.None);

        var refusal = await Assert.ThrowsAsync<Refusal>(() => sso.Get<ClaimAccess>().HandleAsync(new Uri(result.Link!).Fragment.TrimStart('#'), CancellationToken.None));

        Assert.Equal(RefusalReason.NotFound, refusal.Reason);
    }

    [Fact]
    public async Task What_others_changed_meanwhile_is_remarked_when_somebody_comes_back()
    {
        var person = await sso.PersonAsync();
        await sso.ConvertAsync(person.Username);
        await sso.Database.ExecuteAsync($"update users set email = 'new-{person.Username}@acme.example', deleteat = 7 where id = '{person.Id}'");

        var back = await sso.RevertAsync(person.Username);

        Assert.Equal("reverted", back.Outcome);
        Assert.Contains("deactivated", back.Message, StringComparison.Ordinal);
        Assert.Contains($"is new-{person.Username}@acme.example now", back.Message, StringComparison.Ordinal);
    }

    private static async Task<JsonNode> JsonAsync(IReadOnlyDictionary<string, string> settings, params string[] arguments) => JsonNode.Parse((await MustAsync(settings, [.. arguments, "--json"])).Output)!;

    private static async Task<ToolResult> MustAsync(IReadOnlyDictionary<string, string> settings, params string[] arguments)
    {
        var result = await Tool.TryRunAsync(CliFixture.Program, arguments, settings);
        Assert.True(result.ExitCode == 0, result.Error + result.Output);
        return result;
    }
}
