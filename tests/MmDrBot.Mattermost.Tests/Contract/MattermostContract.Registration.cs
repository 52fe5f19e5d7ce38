using System.Net;
using System.Text.Json.Nodes;

namespace MmDrBot.Mattermost.Tests;

public abstract partial class MattermostContract
{
    [ContractFact]
    public async Task A_command_is_registered_with_everything_that_was_asked_for()
    {
        var made = await _admin.Api.CreateCommandAsync(Command("http://127.0.0.1:9/one"), None);

        Assert.Equal(26, made.Token.Length);
        Assert.Equal(("dr", "P", "http://127.0.0.1:9/one", _scene.TeamId), (made.Trigger, made.Method, made.Url, made.TeamId));
        Assert.Equal(((await _admin.Api.GetMeAsync(None)).Id, true, "text", "[hint]", "Name", "About"), (made.CreatorId, made.AutoComplete, made.AutoCompleteDesc, made.AutoCompleteHint, made.DisplayName, made.Description));
        Assert.Equal(made, Assert.Single(await _admin.Api.GetCustomCommandsAsync(_scene.TeamId, None)));
    }

    [ContractFact]
    public async Task A_trigger_is_given_once_in_whatever_case()
    {
        await _admin.Api.CreateCommandAsync(Command("http://127.0.0.1:9/one"), None);

        foreach (var trigger in new[] { "dr", "DR" })
            await FailsAsync(HttpStatusCode.BadRequest, MattermostErrorIds.DuplicateTrigger, () => _admin.Api.CreateCommandAsync(Command("http://127.0.0.1:9/two") with { Trigger = trigger }, None));
    }

    [ContractFact]
    public async Task A_command_of_a_team_that_does_not_exist_is_registered_all_the_same()
    {
        var made = await _admin.Api.CreateCommandAsync(Command("http://127.0.0.1:9/one") with { TeamId = UnknownId, Trigger = "t" + Guid.NewGuid().ToString("n")[..8] }, None);

        Assert.Equal(UnknownId, made.TeamId);
        await _admin.Api.DeleteCommandAsync(made.Id, None);
    }

    [ContractTheory]
    [InlineData("has blank", "http://127.0.0.1:9/x", "model.command.is_valid.trigger.app_error")]
    [InlineData("/slash", "http://127.0.0.1:9/x", "model.command.is_valid.trigger.app_error")]
    [InlineData("fine", "127.0.0.1/x", "model.command.is_valid.url_http.app_error")]
    public async Task A_command_that_is_not_valid_is_refused(string trigger, string url, string errorId) =>
        await FailsAsync(HttpStatusCode.BadRequest, errorId, () => _admin.Api.CreateCommandAsync(Command(url) with { Trigger = trigger }, None));

    [ContractFact]
    public async Task A_plain_bot_may_not_manage_commands_and_is_told_there_are_none()
    {
        var made = await _admin.Api.CreateCommandAsync(Command("http://127.0.0.1:9/one"), None);

        await FailsAsync(HttpStatusCode.Forbidden, MattermostErrorIds.Permissions, () => _bot.Api.CreateCommandAsync(Command("http://127.0.0.1:9/two"), None));
        await FailsAsync(HttpStatusCode.Forbidden, MattermostErrorIds.Permissions, () => _bot.Api.GetCustomCommandsAsync(_scene.TeamId, None));
        await FailsAsync(HttpStatusCode.NotFound, MattermostErrorIds.CommandMissing, () => _bot.Api.UpdateCommandAsync(made.Id, made, None));
        await FailsAsync(HttpStatusCode.NotFound, MattermostErrorIds.CommandMissing, () => _bot.Api.RegenerateCommandTokenAsync(made.Id, None));
        await FailsAsync(HttpStatusCode.NotFound, MattermostErrorIds.CommandMissing, () => _bot.Api.DeleteCommandAsync(made.Id, None));
    }

    [ContractFact]
    public async Task An_update_keeps_the_token_and_looks_at_no_other_command()
    {
        var made = await _admin.Api.CreateCommandAsync(Command("http://127.0.0.1:9/one"), None);
        await _admin.Api.CreateCommandAsync(Command("http://127.0.0.1:9/other") with { Trigger = "other" }, None);

        var changed = await _admin.Api.UpdateCommandAsync(made.Id, made with { Url = "http://127.0.0.1:9/two", AutoCompleteHint = "", Token = "", Trigger = "other" }, None);

        Assert.Equal((made.Token, "http://127.0.0.1:9/two", "", "text", "other"), (changed.Token, changed.Url, changed.AutoCompleteHint, changed.AutoCompleteDesc, changed.Trigger));
        Assert.Equal(2, (await _admin.Api.GetCustomCommandsAsync(_scene.TeamId, None)).Count(command => command.Trigger == "other"));
    }

    [ContractFact]
    public async Task An_update_names_its_command_and_its_team()
    {
        var made = await _admin.Api.CreateCommandAsync(Command("http://127.0.0.1:9/one"), None);

        await FailsAsync(HttpStatusCode.BadRequest, MattermostErrorIds.InvalidBody, () => _admin.Api.UpdateCommandAsync(made.Id, made with { Id = "" }, None));
        await FailsAsync(HttpStatusCode.BadRequest, "api.command.team_mismatch.app_error", () => _admin.Api.UpdateCommandAsync(made.Id, made with { TeamId = UnknownId }, None));
        await FailsAsync(HttpStatusCode.BadRequest, "model.command.is_valid.url_http.app_error", () => _admin.Api.UpdateCommandAsync(made.Id, made with { Url = "nonsense" }, None));
        await FailsAsync(HttpStatusCode.NotFound, MattermostErrorIds.CommandMissing, () => _admin.Api.UpdateCommandAsync(UnknownId, made with { Id = UnknownId }, None));
    }

    [ContractFact]
    public async Task A_new_token_voids_the_old_one()
    {
        var made = await _admin.Api.CreateCommandAsync(Command("http://127.0.0.1:9/one"), None);

        var token = (await _admin.Api.RegenerateCommandTokenAsync(made.Id, None)).Token;

        Assert.Equal(26, token.Length);
        Assert.NotEqual(made.Token, token);
        Assert.Equal(token, Assert.Single(await _admin.Api.GetCustomCommandsAsync(_scene.TeamId, None)).Token);
        await FailsAsync(HttpStatusCode.NotFound, MattermostErrorIds.CommandMissing, () => _admin.Api.RegenerateCommandTokenAsync(UnknownId, None));
    }

    [ContractFact]
    public async Task A_command_that_was_removed_is_gone()
    {
        var made = await _admin.Api.CreateCommandAsync(Command("http://127.0.0.1:9/one"), None);

        await _admin.Api.DeleteCommandAsync(made.Id, None);

        Assert.Empty(await _admin.Api.GetCustomCommandsAsync(_scene.TeamId, None));
        await FailsAsync(HttpStatusCode.NotFound, MattermostErrorIds.CommandMissing, () => _admin.Api.DeleteCommandAsync(made.Id, None));
    }

    [ContractFact]
    public async Task Where_commands_are_off_there_are_none_to_manage()
    {
        var made = await _admin.Api.CreateCommandAsync(Command("http://127.0.0.1:9/one"), None);
        await SetServiceAsync("EnableCommands", false);

        try
        {
            await FailsAsync(HttpStatusCode.NotImplemented, MattermostErrorIds.CommandsDisabled, () => _admin.Api.GetCustomCommandsAsync(_scene.TeamId, None));
            await FailsAsync(HttpStatusCode.NotImplemented, MattermostErrorIds.CommandsDisabled, () => _admin.Api.CreateCommandAsync(Command("http://127.0.0.1:9/two"), None));
            await FailsAsync(HttpStatusCode.NotFound, MattermostErrorIds.CommandMissing, () => _admin.Api.UpdateCommandAsync(made.Id, made, None));
        }
        finally
        {
            await SetServiceAsync("EnableCommands", true);
        }
    }

    [ContractFact]
    public async Task Teams_are_listed_for_administrators_page_by_page()
    {
        Assert.Contains(await AllTeamsAsync(), team => team.Id == _scene.TeamId && team.DeleteAt == 0 && team.Name.Length > 0);
        Assert.Single(await _admin.Api.GetTeamsAsync(0, 1, None));
        Assert.DoesNotContain(await _bot.Api.GetTeamsAsync(0, 200, None), team => team.Id == _scene.TeamId);
        Assert.Empty(await _admin.Api.GetTeamsAsync(1000, 200, None));
    }

    [ContractFact]
    public async Task A_team_is_found_by_its_name()
    {
        var name = (await AllTeamsAsync()).Single(team => team.Id == _scene.TeamId).Name;

        Assert.Equal(_scene.TeamId, (await _admin.Api.GetTeamByNameAsync(name.ToUpperInvariant(), None)).Id);
        Assert.Equal(_scene.TeamId, (await _bot.Api.GetTeamByNameAsync(name, None)).Id);
        await FailsAsync(HttpStatusCode.NotFound, MattermostErrorIds.TeamNameMissing, () => _admin.Api.GetTeamByNameAsync("nosuchteamanywhere", None));
        Assert.Equal(HttpStatusCode.NotFound, (await Assert.ThrowsAsync<MattermostApiException>(() => _admin.Api.GetTeamByNameAsync("no name", None))).StatusCode);
    }

    [ContractFact]
    public async Task A_bot_that_was_made_is_let_into_a_team_and_acts_with_its_token()
    {
        var bot = await _admin.Api.CreateBotAsync(new(BotName(), "MmDrBot", "Disaster recovery"), None);
        var token = await _admin.Api.CreateAccessTokenAsync(bot.UserId, new("mmdr"), None);
        await using var acting = new Client(_scene.Url, token.Token);

        var before = await acting.Api.GetMeAsync(None);
        await FailsAsync(HttpStatusCode.NotFound, MattermostErrorIds.TeamMemberMissing, () => _admin.Api.GetTeamMemberAsync(_scene.TeamId, bot.UserId, None));
        await FailsAsync(HttpStatusCode.Forbidden, MattermostErrorIds.Permissions, () => acting.Api.SetRolesAsync(bot.UserId, UserRoles.SystemAdmin, None));
        await _admin.Api.SetRolesAsync(bot.UserId, UserRoles.SystemAdmin, None);
        await _admin.Api.AddTeamMemberAsync(_scene.TeamId, new() { TeamId = _scene.TeamId, UserId = bot.UserId }, None);
        await _admin.Api.AddTeamMemberAsync(_scene.TeamId, new() { TeamId = _scene.TeamId, UserId = bot.UserId }, None);

        Assert.Equal((true, false, bot.UserId), (before.IsBot, before.IsSystemAdmin, token.UserId));
        Assert.True((await acting.Api.GetMeAsync(None)).IsSystemAdmin);
        Assert.Equal((bot.UserId, 0L), (await _admin.Api.GetTeamMemberAsync(_scene.TeamId, bot.UserId, None)) is var member ? (member.UserId, member.DeleteAt) : default);
        Assert.Equal(bot.UserId, (await acting.Api.CreateCommandAsync(Command("http://127.0.0.1:9/one"), None)).CreatorId);
        Assert.Equal(bot.Username, (await _admin.Api.GetBotAsync(bot.UserId, None)).Username);
        await FailsAsync(HttpStatusCode.Forbidden, MattermostErrorIds.Permissions, () => acting.Api.CreateBotAsync(new(BotName(), "", ""), None));
        await FailsAsync(HttpStatusCode.NotFound, "app.team.get.find.app_error", () => _admin.Api.AddTeamMemberAsync(UnknownId, new() { TeamId = UnknownId, UserId = bot.UserId }, None));
    }

    [ContractFact]
    public async Task A_bot_is_refused_with_the_reason()
    {
        var name = BotName();
        await _admin.Api.CreateBotAsync(new(name, "", ""), None);

        var taken = await FailsAsync(HttpStatusCode.BadRequest, null, () => _admin.Api.CreateBotAsync(new(name, "", ""), None));
        Assert.Contains(taken.ErrorId, new[] { MattermostErrorIds.UsernameTaken, MattermostErrorIds.EmailTaken });
        await FailsAsync(HttpStatusCode.BadRequest, MattermostErrorIds.UsernameTaken, () => _admin.Api.CreateBotAsync(new(_scene.PersonName, "", ""), None));
        await FailsAsync(HttpStatusCode.BadRequest, null, () => _admin.Api.CreateBotAsync(new("no name", "", ""), None));
        await FailsAsync(HttpStatusCode.Forbidden, MattermostErrorIds.Permissions, () => _bot.Api.CreateBotAsync(new(BotName(), "", ""), None));
        await FailsAsync(HttpStatusCode.NotFound, MattermostErrorIds.BotMissing, () => _admin.Api.GetBotAsync(_scene.PersonId, None));
        await FailsAsync(HttpStatusCode.NotFound, MattermostErrorIds.BotMissing, () => _bot.Api.GetBotAsync(_scene.BotId, None));
        await SetServiceAsync("EnableBotAccountCreation", false);

        try
        {
            await FailsAsync(HttpStatusCode.Forbidden, MattermostErrorIds.BotsDisabled, () => _admin.Api.CreateBotAsync(new(BotName(), "", ""), None));
        }
        finally
        {
            await SetServiceAsync("EnableBotAccountCreation", true);
        }
    }

    [ContractFact]
    public async Task A_revoked_token_opens_nothing_any_more()
    {
        var token = await _admin.Api.CreateAccessTokenAsync(_scene.BotId, new("mmdr"), None);
        await using var acting = new Client(_scene.Url, token.Token);
        await acting.Api.GetMeAsync(None);

        await FailsAsync(HttpStatusCode.Forbidden, MattermostErrorIds.Permissions, () => _bot.Api.RevokeAccessTokenAsync(new(token.Id), None));
        await _admin.Api.RevokeAccessTokenAsync(new(token.Id), None);

        await FailsAsync(HttpStatusCode.Unauthorized, MattermostErrorIds.SessionExpired, () => acting.Api.GetMeAsync(None));
        await FailsAsync(HttpStatusCode.NotFound, MattermostErrorIds.TokenMissing, () => _admin.Api.RevokeAccessTokenAsync(new(token.Id), None));
    }

    [ContractFact]
    public async Task Tokens_and_roles_are_refused_with_the_reason()
    {
        await FailsAsync(HttpStatusCode.BadRequest, MattermostErrorIds.InvalidBody, () => _admin.Api.CreateAccessTokenAsync(_scene.BotId, new(""), None));
        await FailsAsync(HttpStatusCode.Forbidden, MattermostErrorIds.Permissions, () => _bot.Api.CreateAccessTokenAsync(_scene.BotId, new("mmdr"), None));
        await FailsAsync(HttpStatusCode.BadRequest, "app.role.check_roles_exist.role_not_found", () => _admin.Api.SetRolesAsync(_scene.BotId, new("nonsense"), None));
        await FailsAsync(HttpStatusCode.BadRequest, MattermostErrorIds.UserMissing, () => _admin.Api.SetRolesAsync(UnknownId, new("system_user"), None));
    }

    [ContractFact]
    public async Task The_servers_clock_is_known_from_its_answers()
    {
        Assert.Null(_admin.Server.ClockSkew);

        await _admin.Api.PingAsync(None);

        Assert.InRange(_admin.Server.ClockSkew!.Value, TimeSpan.FromSeconds(-5), TimeSpan.FromSeconds(5));
    }

    private async Task<List<Team>> AllTeamsAsync()
    {
        var teams = new List<Team>();

        for (var page = 0; await _admin.Api.GetTeamsAsync(page, 200, None) is { Count: > 0 } some; page++)
            teams.AddRange(some);

        return teams;
    }

    private Task<JsonObject> SetServiceAsync(string name, bool value) =>
        _admin.Api.PatchConfigAsync(new() { ["ServiceSettings"] = new JsonObject { [name] = value } }, None);

    private NewCommand Command(string url) => new()
    {
        TeamId = _scene.TeamId,
        Trigger = "dr",
        Url = url,
        AutoCompleteDesc = "text",
        AutoCompleteHint = "[hint]",
        DisplayName = "Name",
        Description = "About",
    };

    private string BotName() => _accounts.NewBotName();
}
