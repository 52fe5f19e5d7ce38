using Microsoft.Extensions.DependencyInjection;
using MmDrBot.Access;
using MmDrBot.Features.MattermostSetup;
using MmDrBot.Registration;
using MmDrBot.TestKit.Mattermost;

namespace MmDrBot.Tests.Setup;

public sealed class UnregisterTests : IAsyncLifetime
{
    private SetupFixture _setup = null!;

    private MattermostStandIn Server => _setup.Server;

    public async Task InitializeAsync() => _setup = await SetupFixture.StartAsync();

    public async Task DisposeAsync() => await _setup.DisposeAsync();

    [Fact]
    public async Task Our_commands_go_with_their_rows_and_nobody_elses_do()
    {
        _setup.GiveToken();
        Server.AddTeam("other");
        await _setup.RegisterAsync("acme", "other");
        var foreign = Server.RegisterCommand(new Uri("http://elsewhere.example/"), "token-of-somebody-else", trigger: "else", creator: _setup.Admin);

        var one = await UnregisterAsync(new UnregisterRequest { Teams = ["Acme", "nowhere"] });
        Assert.Equal([("acme", UnregistrationOutcome.Removed), ("nowhere", UnregistrationOutcome.Unknown)], one.Teams.Select(team => (team.Team, team.Outcome)));
        Assert.Equal("other", Assert.Single(await _setup.BooksAsync()).TeamName);
        var rest = await UnregisterAsync(new UnregisterRequest());

        Assert.Equal(("other", UnregistrationOutcome.Removed), Assert.Single(rest.Teams.Select(team => (team.Team, team.Outcome))));
        Assert.Equal(foreign.Id, Assert.Single(Server.Commands).Id);
        Assert.Empty(await _setup.BooksAsync());
        Assert.Equal(["mattermost.unregistered acme", "mattermost.unregistered other"], (await _setup.AuditAsync()).TakeLast(2));
        Assert.Empty((await UnregisterAsync(new UnregisterRequest())).Teams);
    }

    [Fact]
    public async Task A_command_that_somebody_removed_is_forgotten_and_one_that_may_not_be_removed_is_not()
    {
        var bot = _setup.GiveToken();
        await _setup.RegisterAsync("acme");
        bot.IsAdmin = false;

        var refused = await UnregisterAsync(new UnregisterRequest { Token = true });
        Assert.Equal((UnregistrationOutcome.Failed, TokenOutcome.Kept, false), (Assert.Single(refused.Teams).Outcome, refused.Token, refused.Good));
        Assert.Single(await _setup.BooksAsync());
        bot.IsAdmin = true;
        Server.RemoveCommand(Assert.Single(Server.Commands).Id);
        var gone = await UnregisterAsync(new UnregisterRequest());

        Assert.Equal(UnregistrationOutcome.Gone, Assert.Single(gone.Teams).Outcome);
        Assert.Empty(await _setup.BooksAsync());
    }

    [Fact]
    public async Task The_token_that_was_made_here_is_revoked_last_and_one_of_the_settings_stays()
    {
        await _setup.RegisterAsync(new RegisterRequest { Teams = ["acme"], AdminToken = _setup.Admin.Token });

        var result = await UnregisterAsync(new UnregisterRequest { Token = true });

        Assert.Equal((TokenOutcome.Revoked, true), (result.Token, result.Good));
        Assert.Empty(Server.Commands);
        Assert.Null(await _setup.Process().GetRequiredService<BotCredentialStore>().FindAsync(CancellationToken.None));
        Assert.EndsWith("drbot", (await _setup.AuditAsync())[^1], StringComparison.Ordinal);
        _setup.GiveToken();
        Assert.Equal(TokenOutcome.None, (await UnregisterAsync(new UnregisterRequest { Token = true })).Token);
        var both = await Assert.ThrowsAsync<Refusal>(() => UnregisterAsync(new UnregisterRequest { Token = true, Teams = ["acme"] }));
        Assert.Equal(RefusalReason.Invalid, both.Reason);
    }

    private Task<UnregistrationResult> UnregisterAsync(UnregisterRequest request) =>
        _setup.Process().GetRequiredService<UnregisterMattermost>().HandleAsync(request, Actor.System, CancellationToken.None);
}
