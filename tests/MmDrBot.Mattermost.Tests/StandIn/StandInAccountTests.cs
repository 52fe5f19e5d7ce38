using System.Net;
using System.Text.Json.Nodes;

namespace MmDrBot.Mattermost.Tests;

public sealed class StandInAccountTests(ContractDatabase database) : IClassFixture<ContractDatabase>, IAsyncLifetime
{
    private AccountScene _scene = null!;

    private static CancellationToken None => CancellationToken.None;

    public async Task InitializeAsync() => _scene = await AccountScene.StartAsync(database);

    public async Task DisposeAsync() => await _scene.DisposeAsync();

    [Fact]
    public async Task A_mail_that_does_not_go_out_leaves_its_link_behind()
    {
        var person = await _scene.ConvertedAsync();
        _scene.Server.MailWorks = false;

        var failure = await Assert.ThrowsAsync<MattermostApiException>(() => _scene.Api.SendPasswordResetAsync(new(person.Email), None));

        Assert.Equal((HttpStatusCode.InternalServerError, MattermostErrorIds.ResetNotSent), (failure.StatusCode, failure.ErrorId));
        Assert.Empty(_scene.Server.Mails);
        Assert.Equal(1L, await database.Database.ScalarAsync<long>($"SELECT count(*) FROM tokens WHERE extra LIKE '%{person.Id}%'"));
    }

    [Fact]
    public async Task A_mail_has_the_link_that_sets_the_password()
    {
        var person = await _scene.ConvertedAsync();
        await _scene.Api.SendPasswordResetAsync(new(person.Email.ToUpperInvariant()), None);
        var mail = Assert.Single(_scene.Server.Mails);

        using var answer = await _scene.SendAsync("POST", "users/password/reset", token: null, new JsonObject { ["token"] = mail.Token, ["new_password"] = "Own-choice-2" });

        Assert.Equal((HttpStatusCode.OK, person.Email), (answer.StatusCode, mail.To));
        Assert.DoesNotContain(mail.Token, mail.ToString(), StringComparison.Ordinal);
        Assert.NotNull(await _scene.SignInErrorAsync(person));
    }

    [Fact]
    public async Task A_server_without_a_mail_server_sends_none()
    {
        var person = await _scene.ConvertedAsync();
        await _scene.Api.PatchConfigAsync(new() { ["EmailSettings"] = new JsonObject { ["SMTPServer"] = "" } }, None);

        await Assert.ThrowsAsync<MattermostApiException>(() => _scene.Api.SendPasswordResetAsync(new(person.Email), None));
    }

    [Theory]
    [InlineData(true, true, "api.user.login.invalid_credentials_email_username", null, null)]
    [InlineData(true, false, "api.user.login.invalid_credentials_email", "api.user.login.invalid_credentials_email", null)]
    [InlineData(false, true, "api.user.login.invalid_credentials_username", null, "api.user.login.invalid_credentials_username")]
    [InlineData(false, false, "api.user.login.invalid_credentials_email_username", "api.user.login.invalid_credentials_email_username", "api.user.login.invalid_credentials_email_username")]
    public async Task Signing_in_depends_on_both_flags(bool byEmail, bool byName, string unknown, string? withName, string? withAddress)
    {
        var person = await _scene.ConvertedAsync();
        await _scene.Api.PatchConfigAsync(new() { ["EmailSettings"] = new JsonObject { ["EnableSignInWithEmail"] = byEmail, ["EnableSignInWithUsername"] = byName } }, None);

        Assert.Equal(unknown, await _scene.SignInErrorAsync(person, "nosuchuser"));
        Assert.Equal(withName, await _scene.SignInErrorAsync(person));
        Assert.Equal(withAddress, await _scene.SignInErrorAsync(person, person.Email));
        Assert.Equal(byEmail ? "true" : "false", (await _scene.Api.GetClientConfigAsync(None))["EnableSignInWithEmail"]);
    }

    [Fact]
    public async Task Where_a_provider_is_on_a_refused_login_points_to_it()
    {
        var person = await _scene.PersonAsync();
        _scene.Server.SetSetting("SamlSettings", "Enable", true);

        Assert.Equal("api.user.login.invalid_credentials_sso", await _scene.SignInErrorAsync(person));
    }

    [Fact]
    public async Task An_unconfirmed_address_cannot_sign_in_where_confirmation_is_demanded()
    {
        var person = await _scene.ConvertedAsync();
        _scene.Server.SetSetting("EmailSettings", "RequireEmailVerification", true);
        Assert.Null(await _scene.SignInErrorAsync(person));

        await database.Database.ExecuteAsync($"UPDATE users SET emailverified = false WHERE id = '{person.Id}'");

        Assert.Equal("api.user.login.not_verified.app_error", await _scene.SignInErrorAsync(person));
    }

    [Fact]
    public async Task A_guest_is_converted_but_refused()
    {
        var person = await _scene.PersonAsync();
        await database.Database.ExecuteAsync($"UPDATE users SET roles = 'system_guest' WHERE id = '{person.Id}'");

        await _scene.Api.SetPasswordAsync(person.Id, new(AccountScene.Password), None);

        Assert.Equal("api.user.login.invalid_credentials_email_username", await _scene.SignInErrorAsync(person));
    }

    [Fact]
    public async Task An_account_of_another_server_gets_no_password()
    {
        var person = await _scene.PersonAsync();
        await database.Database.ExecuteAsync($"UPDATE users SET remoteid = 'remote' WHERE id = '{person.Id}'");

        var failure = await Assert.ThrowsAsync<MattermostApiException>(() => _scene.Api.SetPasswordAsync(person.Id, new(AccountScene.Password), None));

        Assert.Equal((HttpStatusCode.InternalServerError, "api.user.update_password.failed.app_error"), (failure.StatusCode, failure.ErrorId));
    }

    [Fact]
    public async Task A_role_that_is_taken_away_is_taken_away_in_the_database()
    {
        _scene.Bot.IsAdmin = true;
        Assert.True((await _scene.Api.GetUserAsync(_scene.Bot.Id, None)).IsSystemAdmin);

        _scene.Bot.IsAdmin = false;

        Assert.False((await _scene.Api.GetUserAsync(_scene.Bot.Id, None)).IsSystemAdmin);
        Assert.Equal("system_user", (await _scene.Server.FindAccountAsync(_scene.Bot.Id))!.Roles);
    }

    [Fact]
    public async Task A_person_of_the_database_can_be_written_to()
    {
        var person = await _scene.PersonAsync();

        var channel = await _scene.Api.CreateDirectChannelAsync([_scene.Admin.Id, person.Id], None);

        Assert.Equal("D", channel.Type);
    }
}
