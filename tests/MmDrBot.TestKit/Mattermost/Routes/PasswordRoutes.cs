using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>Setting passwords: as an administrator, one's own, and by a reset mail.</summary>
internal static class PasswordRoutes
{
    private const int LinkLength = 64;

    public static void MapPasswords(this IEndpointRouteBuilder routes, StandInState state, StandInAccounts accounts)
    {
        routes.MapPut("/api/v4/users/{id:length(26)}/password", context => SetAsync(context, state, accounts));
        routes.MapPost("/api/v4/users/password/reset/send", context => SendAsync(context, accounts));
        routes.MapPost("/api/v4/users/password/reset", context => ResetAsync(context, accounts));
    }

    private static async Task SetAsync(HttpContext context, StandInState state, StandInAccounts accounts)
    {
        var caller = context.Session(state);
        var body = await context.ReadMapAsync();
        var password = body.GetValueOrDefault("new_password", "");
        var target = await accounts.Cache.GetAsync(context.Route("id"));

        if (target?.Id == caller.Id)
            CheckOwn(target, body);
        else if (target is null || !caller.IsAdmin)
            throw new StandInError(403, "api.user.update_password.context.app_error", "Update password failed because context user_id did not match props user_id.");

        if (body.GetValueOrDefault("already_hashed") == "true")
            await StoreAsync(accounts, target.Id, password);
        else
            await ChangeAsync(accounts, target, password);

        await context.WriteOkAsync();
    }

    private static void CheckOwn(StandInAccount own, IReadOnlyDictionary<string, string> body)
    {
        var present = body.GetValueOrDefault("current_password", "");

        if (present.Length == 0)
            throw StandInError.BadBody("current_password");

        if (!string.IsNullOrEmpty(own.AuthData))
            throw new StandInError(400, "api.user.update_password.oauth.app_error", "Update password failed because the user is logged in through an OAuth service.");

        if (!StandInPassword.Fits(own.Password, present))
            throw new StandInError(400, "api.user.update_password.incorrect.app_error", "The \"Current Password\" you entered is incorrect. Please check that Caps Lock is off and try again.");
    }

    private static async Task ChangeAsync(StandInAccounts accounts, StandInAccount target, string password)
    {
        if (target.RemoteId.Length > 0)
            throw new StandInError(500, "api.user.update_password.failed.app_error", "Update password failed.");

        accounts.CheckPassword(password);

        await StoreAsync(accounts, target.Id, StandInPassword.Hash(password));

        if ((bool?)accounts.Settings["ServiceSettings"]["TerminateSessionsOnPasswordChange"] == true)
            await accounts.Sessions.EndAllAsync(target.Id);
    }

    private static async Task StoreAsync(StandInAccounts accounts, string id, string hash)
    {
        await accounts.Table.SetPasswordAsync(id, hash, accounts.Now);
        accounts.Cache.Forget(id);
    }

    private static async Task SendAsync(HttpContext context, StandInAccounts accounts)
    {
        var email = (await context.ReadMapAsync()).GetValueOrDefault("email", "").ToLowerInvariant();

        if (email.Length == 0)
            throw StandInError.BadBody("email");

        try
        {
            await SendAsync(accounts, email);
        }
        catch (StandInError) when ((bool?)accounts.Settings["ServiceSettings"]["ExperimentalEnableHardenedMode"] == true)
        {
            // Nobody shall learn whether the address is known.
        }

        await context.WriteOkAsync();
    }

    private static async Task SendAsync(StandInAccounts accounts, string email)
    {
        if (await accounts.Table.ByEmailAsync(email) is not { } account)
            return;

        if (!string.IsNullOrEmpty(account.AuthData))
            throw new StandInError(400, "api.user.send_password_reset.sso.app_error", "Unable to reset password for SSO accounts.");

        var extra = new JsonObject { ["UserId"] = account.Id, ["Email"] = account.Email };
        var token = await accounts.Sessions.MakeLinkAsync(extra.ToJsonString(), accounts.Now);

        if (!accounts.Send(new(account.Email, token)))
            throw new StandInError(500, "api.user.send_password_reset.send.app_error", "Failed to send password reset email successfully.");
    }

    // The account comes from the cache: a link that was out before an account was bound again works until the cache is told.
    private static async Task ResetAsync(HttpContext context, StandInAccounts accounts)
    {
        var body = await context.ReadMapAsync();
        var token = body.GetValueOrDefault("token", "");

        if (token.Length != LinkLength)
            throw StandInError.BadBody("token");

        var link = await accounts.Sessions.FindLinkAsync(token, accounts.Now)
            ?? throw new StandInError(400, "api.user.reset_password.invalid_link.app_error", "The reset password link does not appear to be valid.");
        var extra = JsonNode.Parse(link.Extra)!;
        var account = await accounts.Cache.GetAsync((string)extra["UserId"]!) ?? throw StandInError.UserMissing($"User id: {extra["UserId"]}");

        if (!link.IsAlive || account.Email != (string?)extra["Email"])
            throw new StandInError(400, "api.user.reset_password.link_expired.app_error", "The password reset link has expired.");

        if (account.IsSso)
            throw new StandInError(400, "api.user.reset_password.sso.app_error", "Unable to reset password for SSO accounts.");

        await ChangeAsync(accounts, account, body.GetValueOrDefault("new_password", ""));
        await accounts.Sessions.DropLinkAsync(token);
        await context.WriteOkAsync();
    }
}
