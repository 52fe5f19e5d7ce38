using MmDrBot.Access;
using MmDrBot.Features.MattermostSetup;
using MmDrBot.Mattermost;
using MmDrBot.TestKit.Mattermost;

namespace MmDrBot.Tests.Setup;

public sealed class RegisterCommandTests : IAsyncLifetime
{
    private SetupFixture _setup = null!;
    private StandInUser _bot = null!;

    private MattermostStandIn Server => _setup.Server;

    public async Task InitializeAsync()
    {
        _setup = await SetupFixture.StartAsync();
        _bot = _setup.GiveToken();
    }

    public async Task DisposeAsync() => await _setup.DisposeAsync();

    [Fact]
    public async Task A_command_that_is_missing_is_made_and_its_token_is_known_by_its_hash_alone()
    {
        var result = await _setup.RegisterAsync("acme");

        var made = Assert.Single(Server.Commands);
        Assert.Equal(("dr", "P", SetupFixture.Address, _bot.Id, true), (made.Trigger, made.Method, made.Url.AbsoluteUri, made.CreatorId, made.AutoComplete));
        Assert.NotEmpty(made.AutoCompleteHint);
        Assert.Equal(RegistrationOutcome.Created, Assert.Single(result.Teams).Outcome);
        Assert.True(result.Good && result.Changed);
        var book = Assert.Single(await _setup.BooksAsync());
        Assert.Equal((made.Id, SlashCommandRequest.HashOf(made.Token)), (book.CommandId, book.TokenHash));
        Assert.Equal(["mattermost.registered acme"], await _setup.AuditAsync());
        Assert.DoesNotContain(made.Token, await File.ReadAllTextAsync(_setup.StateFile), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_run_changes_nothing_and_says_so()
    {
        await _setup.RegisterAsync("acme");
        var (writes, before) = (_setup.Writes, Server.Commands);

        var result = await _setup.RegisterAsync();

        Assert.Equal(RegistrationOutcome.Unchanged, Assert.Single(result.Teams).Outcome);
        Assert.False(result.Changed);
        Assert.Equal(before, Server.Commands);
        Assert.Equal(writes, _setup.Writes);
        Assert.Single(await _setup.AuditAsync());
    }

    [Fact]
    public async Task A_command_made_by_hand_is_taken_over_with_its_token()
    {
        var byHand = Server.RegisterCommand(new Uri(SetupFixture.Address), "token-made-by-hand", creator: _setup.Admin);

        var result = await _setup.RegisterAsync("acme");

        var kept = Assert.Single(Server.Commands);
        Assert.Equal((byHand.Id, "token-made-by-hand"), (kept.Id, kept.Token));
        Assert.Equal(RegistrationOutcome.Mended, Assert.Single(result.Teams).Outcome);
        Assert.Equal(SlashCommandRequest.HashOf("token-made-by-hand"), Assert.Single(await _setup.BooksAsync()).TokenHash);
    }

    [Theory]
    [InlineData("address")]
    [InlineData("method")]
    [InlineData("autocomplete")]
    [InlineData("trigger")]
    public async Task What_is_not_as_it_should_be_is_mended_and_the_token_stays(string what)
    {
        await _setup.RegisterAsync("acme");
        var right = Assert.Single(Server.Commands);
        Server.ChangeCommand(right.Id, command => what switch
        {
            "address" => command with { Url = new Uri("http://old.example/mattermost/commands") },
            "method" => command with { Method = "G" },
            "trigger" => command with { Trigger = "dr-old" },
            _ => command with { AutoComplete = false, AutoCompleteHint = "" },
        });

        var team = Assert.Single((await _setup.RegisterAsync("acme")).Teams);

        Assert.Equal(RegistrationOutcome.Mended, team.Outcome);
        Assert.Contains(what, team.Detail.Replace("GET", "method", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(right, Assert.Single(Server.Commands) with { UpdateAt = right.UpdateAt });
        Assert.Equal(RegistrationOutcome.Unchanged, Assert.Single((await _setup.RegisterAsync("acme")).Teams).Outcome);
    }

    [Fact]
    public async Task What_somebody_wrote_into_the_description_stays()
    {
        await _setup.RegisterAsync("acme");
        Server.ChangeCommand(Server.Commands[0].Id, command => command with { Description = "ask ops first", IconUrl = "https://x/y.png", Url = new Uri("http://old.example/mattermost/commands") });

        await _setup.RegisterAsync("acme");

        Assert.Equal(("ask ops first", "https://x/y.png", SetupFixture.Address), (Server.Commands[0].Description, Server.Commands[0].IconUrl, Server.Commands[0].Url.AbsoluteUri));
    }

    [Fact]
    public async Task Somebody_elses_command_is_reported_and_left_alone()
    {
        var sales = Server.AddTeam("sales");
        Server.RegisterCommand(new Uri("https://hooks.example/in/secret-in-path"), "theirs", creator: _setup.Admin, team: sales);
        var (before, writes) = (Server.Commands, _setup.Writes);

        var result = await _setup.RegisterAsync("sales");

        var team = Assert.Single(result.Teams);
        Assert.Equal(RegistrationOutcome.Foreign, team.Outcome);
        Assert.DoesNotContain(_bot.Id, sales.Members);
        Assert.False(result.Good);
        Assert.Contains("another trigger", team.Cure, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-in-path", team.Detail, StringComparison.Ordinal);
        Assert.Equal(before, Server.Commands);
        Assert.Equal(writes, _setup.Writes);
        Assert.Empty(await _setup.BooksAsync());
    }

    [Fact]
    public async Task Ours_is_not_given_a_trigger_that_somebody_else_has_by_now()
    {
        await _setup.RegisterAsync("acme");
        Server.ChangeCommand(Server.Commands[0].Id, command => command with { Trigger = "moved" });
        Server.RegisterCommand(new Uri("https://hooks.example/in"), "theirs", creator: _setup.Admin);

        var result = await _setup.RegisterAsync("acme");

        Assert.Equal(RegistrationOutcome.Foreign, Assert.Single(result.Teams).Outcome);
        Assert.Single(Server.Commands, command => command.Trigger == "dr");
    }

    [Fact]
    public async Task A_team_that_does_not_exist_gets_no_command()
    {
        var archived = Server.AddTeam("archived");
        archived.DeleteAt = 1;

        var result = await _setup.RegisterAsync("nosuch", "archived", "no name", "acme");

        Assert.Equal(["acme created", "archived missing", "no name missing", "nosuch missing"], result.Teams.Select(team => $"{team.Team} {EnumText.Of(team.Outcome)}"));
        Assert.Equal(Server.TeamId, Assert.Single(Server.Commands).TeamId);
        Assert.False(result.Good);
    }

    [Fact]
    public async Task All_teams_are_taken_page_by_page_and_the_bot_is_let_in()
    {
        var teams = Enumerable.Range(0, 201).Select(number => Server.AddTeam($"t{number:000}")).ToArray();

        var result = await _setup.RegisterAsync(new RegisterRequest { AllTeams = true });

        Assert.Equal(202, result.Teams.Count(team => team.Outcome is RegistrationOutcome.Created));
        Assert.All(teams, team => Assert.Contains(_bot.Id, team.Members));
        Assert.Equal(202, Server.Commands.Select(command => command.TeamId).Distinct().Count());
    }

    [Fact]
    public async Task The_teams_of_the_settings_are_the_default_and_a_star_is_all_of_them()
    {
        Server.AddTeam("sales");
        _setup.Settings["Mattermost:Teams:0"] = "acme";
        Assert.Equal("acme", Assert.Single((await _setup.RegisterAsync()).Teams).Team);

        _setup.Settings["Mattermost:Teams:0"] = "*";
        Assert.Equal(["acme", "sales"], (await _setup.RegisterAsync()).Teams.Select(team => team.Team));
    }

    [Fact]
    public async Task A_new_token_is_given_on_demand_and_counts_from_then_on()
    {
        await _setup.RegisterAsync("acme");
        var old = Server.Commands[0].Token;

        var result = await _setup.RegisterAsync(new RegisterRequest { Teams = ["acme"], Regenerate = true });

        Assert.Equal(RegistrationOutcome.Regenerated, Assert.Single(result.Teams).Outcome);
        Assert.NotEqual(old, Server.Commands[0].Token);
        Assert.Equal(SlashCommandRequest.HashOf(Server.Commands[0].Token), Assert.Single(await _setup.BooksAsync()).TokenHash);
        Assert.Equal(["mattermost.registered acme", "mattermost.command_token_regenerated acme"], await _setup.AuditAsync());
    }

    [Fact]
    public async Task A_command_whose_making_was_not_written_down_is_found_by_the_next_run()
    {
        Server.LoseNextAnswer("POST /api/v4/commands");
        var refusal = await _setup.RefusedAsync(new RegisterRequest { Teams = ["acme"] });
        Assert.Equal(RefusalReason.Unavailable, refusal.Reason);
        Assert.Empty(await _setup.BooksAsync());

        var result = await _setup.RegisterAsync("acme");

        Assert.Equal(RegistrationOutcome.Recorded, Assert.Single(result.Teams).Outcome);
        Assert.Equal(SlashCommandRequest.HashOf(Assert.Single(Server.Commands).Token), Assert.Single(await _setup.BooksAsync()).TokenHash);
    }

    [Fact]
    public async Task Replicas_that_start_together_make_one_command()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => _setup.RegisterAsync("acme"))));

        Assert.Single(Server.Commands);
        Assert.Single(results, result => result.Teams[0].Outcome is RegistrationOutcome.Created);
        Assert.Equal(3, results.Count(result => result.Teams[0].Outcome is RegistrationOutcome.Unchanged));
        Assert.Equal(["mattermost.registered acme"], await _setup.AuditAsync());
    }

    [Fact]
    public async Task A_plain_bot_is_told_which_role_it_needs()
    {
        _bot.IsAdmin = false;

        var result = await _setup.RegisterAsync("acme");

        Assert.False(result.Bot!.IsSystemAdmin);
        var team = Assert.Single(result.Teams);
        Assert.Equal(RegistrationOutcome.Failed, team.Outcome);
        Assert.Contains("system_admin", team.Cure, StringComparison.Ordinal);
        Assert.Empty(Server.Commands);
    }

    [Fact]
    public async Task Commands_that_are_off_are_told_with_the_setting()
    {
        Server.SetSetting("ServiceSettings", "EnableCommands", false);

        var result = await _setup.RegisterAsync("acme");

        Assert.Contains("ServiceSettings.EnableCommands", Assert.Single(result.Teams).Cure, StringComparison.Ordinal);
        Assert.Contains(result.Settings, finding => finding.What == "EnableCommands" && finding.Cure!.Contains("ServiceSettings.EnableCommands", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Whoever_may_not_register_changes_nothing()
    {
        var viewer = new Actor("api-key:ab12cd34", Door.Rest, new HashSet<Permission> { Permission.ViewStatus });

        var refusal = await _setup.RefusedAsync(new RegisterRequest { Teams = ["acme"] }, viewer);

        Assert.Equal(RefusalReason.Forbidden, refusal.Reason);
        Assert.Empty(Server.Calls);
    }

    [Fact]
    public async Task Without_any_team_named_the_refusal_says_how_to_name_one()
    {
        var refusal = await _setup.RefusedAsync(new RegisterRequest());

        Assert.Contains("--team", refusal.Hint, StringComparison.Ordinal);
        Assert.Empty(Server.Commands);
    }

    [Theory]
    [InlineData("http://0.0.0.0:8075")]
    [InlineData("http://[::]:8075")]
    [InlineData("http://127.0.0.1:0")]
    public async Task An_address_that_nobody_can_call_is_refused(string listen)
    {
        _setup.Settings["Http:PublicUrl"] = null;
        _setup.Settings["Http:Listen"] = listen;

        var refusal = await _setup.RefusedAsync(new RegisterRequest { Teams = ["acme"] });

        Assert.Contains("MMDR_Mattermost__CallbackUrl", refusal.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mattermost_may_reach_the_service_under_another_address_than_people()
    {
        _setup.Settings["Mattermost:CallbackUrl"] = "http://mmdr:8075/";

        await _setup.RegisterAsync("acme");

        Assert.Equal("http://mmdr:8075/mattermost/commands", Assert.Single(Server.Commands).Url.AbsoluteUri);
    }
}
