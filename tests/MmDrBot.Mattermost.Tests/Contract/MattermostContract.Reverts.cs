using System.Net;
using MmDrBot.TestKit.Mattermost;

namespace MmDrBot.Mattermost.Tests;

public abstract partial class MattermostContract
{
    private const string Refused = "api.user.login.invalid_credentials";

    [ContractFact]
    public async Task The_way_back_is_auth_then_patch_then_the_end_of_sessions()
    {
        var account = await _accounts.MakeAsync("gitlab");
        await ConvertAsync(account);
        var session = (await _accounts.SignInAsync(account)).Token;

        await RevertAsync(account);
        var patched = await _admin.Api.PatchUserAsync(account.Id, new(), None);
        await _admin.Api.RevokeSessionsAsync(account.Id, None);

        var row = await _accounts.RowAsync(account.Id);
        Assert.Equal((account.AuthService, account.AuthData, ""), (row.AuthService, row.AuthData, row.Password));
        Assert.Equal((account.Id, "gitlab"), (patched.Id, patched.AuthService));
        Assert.Equal(401, (await _accounts.CallAsync("GET", "users/me", token: session)).Status);
        Assert.StartsWith(Refused, (await _accounts.SignInAsync(account)).ErrorId, StringComparison.Ordinal);
        Assert.StartsWith(Refused, (await _accounts.SignInAsync(account, byId: true)).ErrorId, StringComparison.Ordinal);
    }

    [ContractFact]
    public async Task Before_11_4_the_server_keeps_showing_the_old_account_by_id_after_a_binding()
    {
        var account = await ConvertedAndSeenAsync();

        await RevertAsync(account);

        Assert.Equal(await IsAtLeastAsync(11, 4) ? "gitlab" : "", (await _admin.Api.GetUserAsync(account.Id, None)).AuthService);
        Assert.Equal("gitlab", (await _admin.Api.GetUserByUsernameAsync(account.Username, None)).AuthService);
        Assert.Equal("gitlab", (await _admin.Api.GetUserByEmailAsync(account.Email, None)).AuthService);
        await _admin.Api.PatchUserAsync(account.Id, new(), None);
        Assert.Equal("gitlab", (await _admin.Api.GetUserAsync(account.Id, None)).AuthService);
    }

    [ContractFact]
    public async Task Before_11_4_the_temporary_password_works_by_id_until_the_cache_is_renewed()
    {
        var account = await ConvertedAndSeenAsync();

        await RevertAsync(account);
        await _admin.Api.RevokeSessionsAsync(account.Id, None);

        Assert.Equal(401, (await _accounts.SignInAsync(account)).Status);
        Assert.Equal(await IsAtLeastAsync(11, 4) ? 401 : 200, (await _accounts.SignInAsync(account, byId: true)).Status);
    }

    [ContractFact]
    public async Task An_empty_patch_closes_that_hole()
    {
        var account = await ConvertedAndSeenAsync();
        await RevertAsync(account);

        await _admin.Api.PatchUserAsync(account.Id, new(), None);

        Assert.Equal(401, (await _accounts.SignInAsync(account, byId: true)).Status);
    }

    [ContractFact]
    public async Task Telling_all_caches_closes_it_too()
    {
        var account = await ConvertedAndSeenAsync();
        await RevertAsync(account);

        Assert.Equal(200, (await _accounts.AsAdminAsync("POST", "caches/invalidate")).Status);

        Assert.Equal(401, (await _accounts.SignInAsync(account, byId: true)).Status);
    }

    [ContractFact]
    public async Task Before_11_10_a_session_survives_the_conversion_and_the_way_back()
    {
        var account = await _accounts.MakeAsync("");
        var session = (await _accounts.SignInAsync(account)).Token;
        var bound = account with { AuthService = "gitlab", AuthData = account.Id };

        var ends = (bool?)(await _admin.Api.GetConfigAsync(None))["ServiceSettings"]!["TerminateSessionsOnPasswordChange"] == true;

        await ConvertAsync(account);
        Assert.Equal(ends ? 401 : 200, (await _accounts.CallAsync("GET", "users/me", token: session)).Status);

        await RevertAsync(bound);
        Assert.Equal(ends || await IsAtLeastAsync(11, 10) ? 401 : 200, (await _accounts.CallAsync("GET", "users/me", token: session)).Status);
    }

    [ContractFact]
    public async Task Ending_the_sessions_of_nobody_answers_well()
    {
        await _admin.Api.RevokeSessionsAsync(UnknownId, None);
        await _admin.Api.RevokeSessionsAsync(UnknownId, None);
    }

    [ContractFact]
    public async Task An_access_token_lives_on_when_all_sessions_end()
    {
        await _admin.Api.RevokeSessionsAsync(_scene.BotId, None);

        Assert.Equal(_scene.BotId, (await _bot.Api.GetMeAsync(None)).Id);
    }

    [ContractFact]
    public Task An_unknown_account_cannot_be_patched() =>
        FailsAsync(HttpStatusCode.BadRequest, MattermostErrorIds.InvalidBody, () => _admin.Api.PatchUserAsync(UnknownId, new(), None));

    [ContractFact]
    public Task A_plain_bot_may_not_patch_even_an_unknown_account() =>
        FailsAsync(HttpStatusCode.Forbidden, MattermostErrorIds.Permissions, () => _bot.Api.PatchUserAsync(UnknownId, new(), None));

    [ContractFact]
    public async Task Whoever_took_the_binding_meanwhile_keeps_it()
    {
        var account = await _accounts.MakeAsync("gitlab");
        await ConvertAsync(account);
        var duplicate = await _accounts.MakeAsync("gitlab", account.AuthData);

        await FailsAsync(HttpStatusCode.BadRequest, MattermostErrorIds.AuthDataTaken, () => RevertAsync(account));

        Assert.Equal(("", null), await _accounts.RowAsync(account.Id) is var row ? (row.AuthService, row.AuthData) : default);
        Assert.Equal(account.AuthData, (await _accounts.RowAsync(duplicate.Id)).AuthData);
    }

    /// <summary>The server's cache holds it as it is while converted.</summary>
    private async Task<MadeAccount> ConvertedAndSeenAsync()
    {
        var account = await _accounts.MakeAsync("gitlab");
        await ConvertAsync(account);
        Assert.Empty((await _admin.Api.GetUserAsync(account.Id, None)).AuthService);

        return account;
    }
}
