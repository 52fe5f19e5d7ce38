using System.Net;
using System.Text.Json.Nodes;

namespace MmDrBot.Mattermost.Tests;

public abstract partial class MattermostContract
{
    [ContractFact]
    public async Task Binding_blanks_the_password_and_leaves_the_address()
    {
        var account = await _accounts.MakeAsync("");

        await _admin.Api.SetAuthAsync(account.Id, new("gitlab", account.Id), None);

        var row = await _accounts.RowAsync(account.Id);
        Assert.Equal(("gitlab", account.Id, "", account.Email), (row.AuthService, row.AuthData, row.Password, row.Email));
    }

    [ContractFact]
    public async Task Binding_an_unknown_account_answers_well_and_writes_nothing()
    {
        await _admin.Api.SetAuthAsync(UnknownId, new("saml", "nobody-" + Guid.NewGuid()), None);

        await FailsAsync(HttpStatusCode.NotFound, MattermostErrorIds.UserMissing, () => _admin.Api.GetUserAsync(UnknownId, None));
    }

    [ContractFact]
    public async Task Two_accounts_never_have_the_same_auth_data_whatever_their_services()
    {
        var holder = await _accounts.MakeAsync("saml");
        var other = await _accounts.MakeAsync("ldap");

        foreach (var service in new[] { "saml", "gitlab" })
            await FailsAsync(HttpStatusCode.BadRequest, MattermostErrorIds.AuthDataTaken, () => _admin.Api.SetAuthAsync(other.Id, new(service, holder.AuthData), None));

        Assert.Equal(other.AuthData, (await _accounts.RowAsync(other.Id)).AuthData);
    }

    [ContractFact]
    public async Task Binding_needs_a_service_and_data()
    {
        var account = await _accounts.MakeAsync();

        foreach (var (service, data) in new[] { ("", "x"), ("saml", ""), ("", "") })
            await FailsAsync(HttpStatusCode.BadRequest, MattermostErrorIds.InvalidAuth, () => _admin.Api.SetAuthAsync(account.Id, new(service, data), None));

        var bare = await _accounts.AsAdminAsync("PUT", $"users/{account.Id}/auth", new JsonObject { ["auth_service"] = "saml", ["auth_data"] = null });
        var empty = await _accounts.AsAdminAsync("PUT", $"users/{account.Id}/auth", new JsonObject());
        bare.AssertRefused(400, MattermostErrorIds.InvalidAuth);
        empty.AssertRefused(400, MattermostErrorIds.InvalidAuth);
    }

    [ContractFact]
    public async Task Data_that_is_too_long_fails_and_changes_nothing()
    {
        var account = await _accounts.MakeAsync();

        await FailsAsync(HttpStatusCode.InternalServerError, MattermostErrorIds.AuthNotWritten,
            () => _admin.Api.SetAuthAsync(account.Id, new("saml", new string('y', 129)), None));

        Assert.Equal(account.AuthData, (await _accounts.RowAsync(account.Id)).AuthData);
    }

    [ContractFact]
    public async Task Data_is_kept_as_it_is()
    {
        var account = await _accounts.MakeAsync();
        var data = $"  Ünïcode \"{account.Id}\" ";

        await _admin.Api.SetAuthAsync(account.Id, new("saml", data), None);

        Assert.Equal(data, (await _accounts.RowAsync(account.Id)).AuthData);
    }

    [ContractFact]
    public async Task A_plain_bot_may_bind_nobody()
    {
        var account = await _accounts.MakeAsync();

        await FailsAsync(HttpStatusCode.Forbidden, MattermostErrorIds.Permissions, () => _bot.Api.SetAuthAsync(account.Id, new("saml", "x" + account.Id), None));
        await FailsAsync(HttpStatusCode.Forbidden, MattermostErrorIds.Permissions, () => _bot.Api.PatchUserAsync(account.Id, new(), None));
        await FailsAsync(HttpStatusCode.Forbidden, MattermostErrorIds.Permissions, () => _bot.Api.RevokeSessionsAsync(account.Id, None));
    }

    [ContractFact]
    public async Task A_service_is_shown_to_administrators_alone()
    {
        var account = await _accounts.MakeAsync("gitlab");
        var shows = await IsAtLeastAsync(10, 11);

        var toAdmin = await _admin.Api.GetUserByUsernameAsync(account.Username, None);
        var toBot = await _bot.Api.GetUserByUsernameAsync(account.Username, None);

        Assert.Equal(("gitlab", shows ? account.AuthData : ""), (toAdmin.AuthService, toAdmin.AuthData));
        Assert.Equal(("", ""), (toBot.AuthService, toBot.AuthData));
    }

    [ContractFact]
    public async Task Services_are_checked_by_newer_releases_only()
    {
        var account = await _accounts.MakeAsync();
        var call = () => _admin.Api.SetAuthAsync(account.Id, new("bogus-service", account.AuthData), None);

        if (await IsAtLeastAsync(11, 9))
            await FailsAsync(HttpStatusCode.BadRequest, MattermostErrorIds.InvalidAuth, call);
        else
            await call();
    }
}
