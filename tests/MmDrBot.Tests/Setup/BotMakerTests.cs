using Microsoft.Extensions.DependencyInjection;
using MmDrBot.Access;
using MmDrBot.Features.MattermostSetup;
using MmDrBot.Mattermost;
using MmDrBot.Registration;
using MmDrBot.TestKit.Mattermost;

namespace MmDrBot.Tests.Setup;

public sealed class BotMakerTests : IAsyncLifetime
{
    private SetupFixture _setup = null!;

    private MattermostStandIn Server => _setup.Server;

    public async Task InitializeAsync() => _setup = await SetupFixture.StartAsync();

    public async Task DisposeAsync() => await _setup.DisposeAsync();

    [Fact]
    public async Task With_an_administrators_token_everything_is_made_at_once()
    {
        var result = await _setup.RegisterAsync(With(_setup.Admin, "acme"));

        var bot = Server.FindUser("drbot")!;
        Assert.Equal((true, true, BotChange.Created), (bot.IsBot, bot.IsAdmin, result.Bot!.Change));
        Assert.Equal(RegistrationOutcome.Created, Assert.Single(result.Teams).Outcome);
        Assert.Equal(bot.Id, Assert.Single(Server.Commands).CreatorId);
        Assert.Contains(bot.Id, Server.Team.Members);
        Assert.Equal(bot.Id, (await _setup.Process().GetRequiredService<IMattermostApi>().GetMeAsync(CancellationToken.None)).Id);
        Assert.Equal(["mattermost.bot_created drbot", "mattermost.registered acme", "mattermost.bot_joined acme"], await _setup.AuditAsync());
    }

    [Fact]
    public async Task Neither_the_administrators_token_nor_the_bots_stands_in_the_state()
    {
        await _setup.RegisterAsync(With(_setup.Admin, "acme"));

        var token = await _setup.Process().GetRequiredService<BotCredentialStore>().TokenAsync(CancellationToken.None);
        var state = string.Concat(Directory.GetFiles(Path.GetDirectoryName(_setup.StateFile)!, "state.db*").Select(File.ReadAllText));
        Assert.True(Server.FindUser("drbot")!.HasToken(token));
        Assert.DoesNotContain(token, state, StringComparison.Ordinal);
        Assert.DoesNotContain(_setup.Admin.Token, state, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_time_makes_neither_bot_nor_token()
    {
        await _setup.RegisterAsync(With(_setup.Admin, "acme"));
        var writes = _setup.Writes;

        var result = await _setup.RegisterAsync(With(_setup.Admin, "acme"));

        Assert.False(result.Changed);
        Assert.Equal(writes, _setup.Writes);
    }

    [Fact]
    public async Task A_plain_bot_of_the_settings_gets_the_role_and_keeps_its_token()
    {
        var bot = _setup.GiveToken(admin: false);

        var result = await _setup.RegisterAsync(With(_setup.Admin, "acme"));

        Assert.True(bot.IsAdmin);
        Assert.Equal(BotChange.RoleGiven, result.Bot!.Change);
        Assert.True(result.Good);
        Assert.Null(Server.FindUser("drbot"));
        Assert.Equal(["mattermost.bot_role_given handmade", "mattermost.registered acme"], await _setup.AuditAsync());
    }

    [Fact]
    public async Task A_revoked_token_is_replaced_on_the_same_bot()
    {
        await _setup.RegisterAsync(With(_setup.Admin, "acme"));
        await using (var lost = await SetupFixture.StartAsync())
        {
            lost.Settings["Mattermost:Url"] = Server.Url.ToString();

            var result = await lost.RegisterAsync(new RegisterRequest { Teams = ["acme"], AdminToken = _setup.Admin.Token });

            Assert.Equal(BotChange.TokenMade, result.Bot!.Change);
            Assert.Equal(RegistrationOutcome.Recorded, Assert.Single(result.Teams).Outcome);
        }

        Assert.Single(Server.Commands);
    }

    [Fact]
    public async Task A_bot_of_the_name_that_no_administrator_made_gets_no_rights()
    {
        var stranger = Server.AddBot("drbot");

        var refusal = await _setup.RefusedAsync(With(_setup.Admin, "acme"));

        Assert.Equal(RefusalReason.Conflict, refusal.Reason);
        Assert.Contains("MMDR_Mattermost__BotName", refusal.Hint, StringComparison.Ordinal);
        Assert.False(stranger.IsAdmin);
    }

    [Fact]
    public async Task A_person_of_the_name_is_left_alone()
    {
        Server.AddUser("drbot");

        Assert.Contains("person's account", (await _setup.RefusedAsync(With(_setup.Admin, "acme"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_name_can_be_chosen()
    {
        Server.AddUser("drbot");
        _setup.Settings["Mattermost:BotName"] = "rescue";

        Assert.Equal("rescue", (await _setup.RegisterAsync(With(_setup.Admin, "acme"))).Bot!.Username);
    }

    [Fact]
    public async Task Bots_that_may_not_be_made_are_told_with_the_setting()
    {
        Server.SetSetting("ServiceSettings", "EnableBotAccountCreation", false);

        Assert.Contains("ServiceSettings.EnableBotAccountCreation", (await _setup.RefusedAsync(With(_setup.Admin, "acme"))).Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_administrators_token_that_does_not_count_is_told_with_the_setting()
    {
        Server.SetSetting("ServiceSettings", "EnableUserAccessTokens", false);

        Assert.Contains("ServiceSettings.EnableUserAccessTokens", (await _setup.RefusedAsync(With(_setup.Admin, "acme"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_token_of_a_plain_account_makes_nothing()
    {
        var plain = Server.AddUser("bob");

        Assert.Contains("@bob", (await _setup.RefusedAsync(With(plain, "acme"))).Message, StringComparison.Ordinal);
        Assert.Null(Server.FindUser("drbot"));
    }

    [Fact]
    public async Task Without_any_token_the_refusal_says_how_to_make_one()
    {
        Assert.Contains("--admin-token-file", (await _setup.RefusedAsync(new RegisterRequest { Teams = ["acme"] })).Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_sealed_with_a_secret_that_is_gone_is_replaced()
    {
        await _setup.RegisterAsync(With(_setup.Admin, "acme"));
        File.Delete(Path.Combine(Path.GetDirectoryName(_setup.StateFile)!, "service.key"));
        Assert.Equal(RefusalReason.Damaged, (await _setup.RefusedAsync(new RegisterRequest { Teams = ["acme"] })).Reason);

        Assert.Equal(BotChange.TokenMade, (await _setup.RegisterAsync(With(_setup.Admin, "acme"))).Bot!.Change);
    }

    private static RegisterRequest With(StandInUser admin, params string[] teams) => new() { Teams = teams, AdminToken = admin.Token };
}
