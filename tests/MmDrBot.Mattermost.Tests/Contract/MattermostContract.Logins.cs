using System.Text.Json.Nodes;
using MmDrBot.TestKit.Mattermost;

namespace MmDrBot.Mattermost.Tests;

public abstract partial class MattermostContract
{
    [ContractFact]
    public async Task Why_a_login_fails_is_hidden()
    {
        var account = await _accounts.MakeAsync("saml");
        var local = await _accounts.MakeAsync("");

        var ofService = await _accounts.SignInAsync(account);
        var wrong = await _accounts.SignInAsync(local, "wrong");
        var nobody = await _accounts.SignInAsync(local with { Username = "nosuchuser" });

        Assert.Equal((401, 401, 401), (ofService.Status, wrong.Status, nobody.Status));
        Assert.StartsWith(Refused, ofService.ErrorId, StringComparison.Ordinal);
        Assert.Equal((ofService.ErrorId, ofService.ErrorId), (wrong.ErrorId, nobody.ErrorId));
        Assert.Equal(1, (await _accounts.RowAsync(local.Id)).FailedAttempts);
    }

    [ContractFact]
    public async Task A_blank_password_is_refused_as_such() =>
        (await _accounts.SignInAsync(await _accounts.MakeAsync(""), "")).AssertRefused(400, "api.user.login.blank_pwd.app_error");

    [ContractFact]
    public async Task A_second_factor_outlives_conversion_and_way_back()
    {
        var account = await _accounts.MakeAsync("");
        var allowed = (bool)(await _admin.Api.GetConfigAsync(None))["ServiceSettings"]!["EnableMultifactorAuthentication"]!;
        await AllowMfaAsync(true);
        var secret = await EnrolAsync(account);
        var bound = account with { AuthService = "gitlab", AuthData = account.Id };
        await RevertAsync(bound);
        await ConvertAsync(account);

        (await _accounts.SignInAsync(account)).AssertRefused(401, "mfa.validate_token.authenticate.app_error");
        (await _accounts.SignInAsync(account, code: "000000")).AssertRefused(401, "api.user.check_user_mfa.bad_code.app_error");
        Assert.Equal(200, (await _accounts.SignInAsync(account, code: Code(secret))).Status);
        Assert.True((await _admin.Api.GetUserAsync(account.Id, None)).MfaActive);

        await _accounts.AsAdminAsync("PUT", $"users/{account.Id}/mfa", new JsonObject { ["activate"] = false });
        Assert.Equal(200, (await _accounts.SignInAsync(account)).Status);
        await AllowMfaAsync(allowed);
    }

    private Task AllowMfaAsync(bool allowed) =>
        _admin.Api.PatchConfigAsync(new() { ["ServiceSettings"] = new JsonObject { ["EnableMultifactorAuthentication"] = allowed } }, None);

    private async Task<string> EnrolAsync(MadeAccount account)
    {
        var session = (await _accounts.SignInAsync(account)).Token;
        var made = await _accounts.CallAsync("POST", $"users/{account.Id}/mfa/generate", token: session);
        var secret = (string)made.Body!["secret"]!;
        var taken = await _accounts.CallAsync("PUT", $"users/{account.Id}/mfa", new JsonObject { ["activate"] = true, ["code"] = Code(secret) }, session);
        Assert.Equal(200, taken.Status);

        return secret;
    }

    private static string Code(string secret) => OneTimeCode.At(secret, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
}
