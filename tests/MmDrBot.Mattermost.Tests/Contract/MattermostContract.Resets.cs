using System.Net;
using System.Text.Json.Nodes;
using MmDrBot.TestKit.Mattermost;

namespace MmDrBot.Mattermost.Tests;

public abstract partial class MattermostContract
{
    private const string Chosen = "Own-choice-2";

    [ContractFact]
    public async Task An_account_of_a_service_gets_no_reset_mail_and_no_link()
    {
        var account = await _accounts.MakeAsync();

        await FailsAsync(HttpStatusCode.BadRequest, MattermostErrorIds.ResetOfSso, () => _admin.Api.SendPasswordResetAsync(new(account.Email), None));

        Assert.Null(await _accounts.ResetTokenAsync(account.Id));
    }

    [ContractFact]
    public Task A_reset_for_an_unknown_address_answers_well() => _admin.Api.SendPasswordResetAsync(new("nobody@nowhere.example"), None);

    [ContractFact]
    public Task A_reset_needs_an_address() => FailsAsync(HttpStatusCode.BadRequest, MattermostErrorIds.InvalidBody, () => _admin.Api.SendPasswordResetAsync(new(""), None));

    [ContractFact]
    public async Task A_link_sets_the_password_that_its_owner_chooses_and_works_once()
    {
        var account = await _accounts.MakeAsync();
        await ConvertAsync(account);
        var link = await LinkAsync(account);

        Assert.Equal(200, (await ResetAsync(link)).Status);

        Assert.Equal(200, (await _accounts.SignInAsync(account, Chosen)).Status);
        (await ResetAsync(link)).AssertRefused(400, "api.user.reset_password.invalid_link.app_error");
    }

    [ContractFact]
    public async Task Before_11_4_a_pending_link_takes_an_account_back_from_its_service()
    {
        var account = await _accounts.MakeAsync("gitlab");
        await ConvertAsync(account);
        var link = await LinkAsync(account);
        await _admin.Api.GetUserAsync(account.Id, None);
        await RevertAsync(account);

        var answer = await ResetAsync(link);

        Assert.Equal(await IsAtLeastAsync(11, 4) ? (400, "gitlab") : (200, ""), (answer.Status, (await _accounts.RowAsync(account.Id)).AuthService));
    }

    [ContractFact]
    public async Task After_an_empty_patch_a_pending_link_is_refused()
    {
        var account = await _accounts.MakeAsync("gitlab");
        await ConvertAsync(account);
        var link = await LinkAsync(account);
        await _admin.Api.GetUserAsync(account.Id, None);
        await RevertAsync(account);
        await _admin.Api.PatchUserAsync(account.Id, new(), None);

        (await ResetAsync(link)).AssertRefused(400, "api.user.reset_password.sso.app_error");

        Assert.Equal(account.AuthData, (await _accounts.RowAsync(account.Id)).AuthData);
    }

    [ContractFact]
    public async Task A_made_up_link_is_refused()
    {
        (await ResetAsync(new string('x', 64))).AssertRefused(400, "api.user.reset_password.invalid_link.app_error");
        (await ResetAsync("short")).AssertRefused(400, MattermostErrorIds.InvalidBody);
    }

    // Without a mail server that takes it, the link is made all the same.
    private async Task<string> LinkAsync(MadeAccount account)
    {
        try
        {
            await _admin.Api.SendPasswordResetAsync(new(account.Email), None);
        }
        catch (MattermostApiException failure)
        {
            Assert.Equal((HttpStatusCode.InternalServerError, MattermostErrorIds.ResetNotSent), (failure.StatusCode, failure.ErrorId));
        }

        return Assert.IsType<string>(await _accounts.ResetTokenAsync(account.Id));
    }

    private Task<WireAnswer> ResetAsync(string token) =>
        _accounts.CallAsync("POST", "users/password/reset", new JsonObject { ["token"] = token, ["new_password"] = Chosen });
}
