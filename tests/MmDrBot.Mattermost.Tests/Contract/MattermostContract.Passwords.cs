using System.Net;
using System.Text.Json.Nodes;
using MmDrBot.TestKit.Mattermost;

namespace MmDrBot.Mattermost.Tests;

public abstract partial class MattermostContract
{
    private const string Temporary = SceneAccounts.TemporaryPassword;

    [ContractFact]
    public async Task A_password_turns_an_account_of_a_service_into_one_that_signs_in_with_it()
    {
        var account = await _accounts.MakeAsync("gitlab");
        Assert.Equal(401, (await _accounts.SignInAsync(account)).Status);

        await ConvertAsync(account);

        var row = await _accounts.RowAsync(account.Id);
        Assert.Equal(("", null, 0), (row.AuthService, row.AuthData, row.FailedAttempts));
        Assert.NotEmpty(row.Password);
        Assert.Empty((await _admin.Api.GetUserAsync(account.Id, None)).AuthService);
        Assert.NotNull((await _accounts.SignInAsync(account)).Token);
        Assert.NotNull((await _accounts.SignInAsync(account with { Username = account.Email })).Token);
    }

    [ContractFact]
    public async Task A_password_below_the_policy_changes_nothing()
    {
        var account = await _accounts.MakeAsync();

        var failure = await FailsAsync(HttpStatusCode.BadRequest, null, () => _admin.Api.SetPasswordAsync(account.Id, new("a"), None));

        Assert.StartsWith(MattermostErrorIds.PasswordPolicyPrefix, failure.ErrorId, StringComparison.Ordinal);
        Assert.Equal(account.AuthData, (await _accounts.RowAsync(account.Id)).AuthData);
    }

    [ContractFact]
    public async Task A_password_of_more_than_72_bytes_is_refused()
    {
        var account = await _accounts.MakeAsync();

        var failure = await FailsAsync(HttpStatusCode.BadRequest, null, () => _admin.Api.SetPasswordAsync(account.Id, new("Aa1!" + new string('x', 69)), None));

        Assert.StartsWith(MattermostErrorIds.PasswordPolicyPrefix, failure.ErrorId, StringComparison.Ordinal);
    }

    [ContractFact]
    public Task An_unknown_account_gets_no_password() => FailsAsync(HttpStatusCode.Forbidden, MattermostErrorIds.PasswordForbidden,
        () => _admin.Api.SetPasswordAsync(UnknownId, new(Temporary), None));

    [ContractFact]
    public async Task A_plain_bot_may_set_no_password()
    {
        var account = await _accounts.MakeAsync();

        await FailsAsync(HttpStatusCode.Forbidden, MattermostErrorIds.PasswordForbidden, () => _bot.Api.SetPasswordAsync(account.Id, new(Temporary), None));
    }

    [ContractFact]
    public async Task Ones_own_password_needs_the_present_one()
    {
        var me = await _admin.Api.GetMeAsync(None);

        await FailsAsync(HttpStatusCode.BadRequest, MattermostErrorIds.InvalidBody, () => _admin.Api.SetPasswordAsync(me.Id, new(Temporary), None));
    }

    [ContractFact]
    public async Task Nothing_guards_a_bot_from_being_converted_but_it_cannot_sign_in()
    {
        var bot = await _bot.Api.GetMeAsync(None);
        var account = new MadeAccount(bot.Id, bot.Username, bot.Email, "", "");

        await ConvertAsync(account);
        (await _accounts.SignInAsync(account)).AssertRefused(401, "api.user.login.bot_login_forbidden.app_error");

        await _admin.Api.SetAuthAsync(bot.Id, new("saml", bot.Id), None);
        Assert.Equal("saml", (await _accounts.RowAsync(bot.Id)).AuthService);
    }

    [ContractFact]
    public async Task A_deactivated_account_is_converted_too_but_cannot_sign_in()
    {
        var account = await _accounts.MakeAsync();
        await _accounts.AsAdminAsync("DELETE", $"users/{account.Id}");

        await ConvertAsync(account);

        (await _accounts.SignInAsync(account)).AssertRefused(401, "api.user.login.inactive.app_error");
        Assert.True((await _admin.Api.GetUserByUsernameAsync(account.Username, None)).DeleteAt > 0);
    }

    [ContractFact]
    public async Task A_new_password_unlocks_after_too_many_failures()
    {
        var account = await _accounts.MakeAsync("");
        await _accounts.WriteAsync("UPDATE users SET failedattempts = 1000 WHERE id = $1", account.Id);
        (await _accounts.SignInAsync(account)).AssertRefused(401, "api.user.check_user_login_attempts.too_many.app_error");

        await ConvertAsync(account);

        Assert.Equal(200, (await _accounts.SignInAsync(account)).Status);
    }

    [ContractFact]
    public async Task A_hash_is_stored_as_it_is_past_the_policy()
    {
        var account = await _accounts.MakeAsync();

        var answer = await _accounts.AsAdminAsync("PUT", $"users/{account.Id}/password", new JsonObject { ["new_password"] = "no-hash", ["already_hashed"] = "true" });

        Assert.Equal(200, answer.Status);
        Assert.Equal(("", null, "no-hash"), await _accounts.RowAsync(account.Id) is var row ? (row.AuthService, row.AuthData, row.Password) : default);
        Assert.Equal(401, (await _accounts.SignInAsync(account, "no-hash")).Status);
    }

    private Task ConvertAsync(MadeAccount account) => _admin.Api.SetPasswordAsync(account.Id, new(Temporary), None);

    private Task RevertAsync(MadeAccount account) => _admin.Api.SetAuthAsync(account.Id, new(account.AuthService, account.AuthData), None);
}
