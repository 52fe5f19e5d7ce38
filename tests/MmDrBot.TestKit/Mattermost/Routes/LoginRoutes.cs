using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>Signing in, and second factors.</summary>
internal static class LoginRoutes
{
    public static void MapLogin(this IEndpointRouteBuilder routes, StandInState state, StandInAccounts accounts)
    {
        var login = new StandInLogin(accounts);
        routes.MapPost("/api/v4/users/login", async (HttpContext context) =>
        {
            var account = await login.SignInAsync(await context.ReadMapAsync());
            context.Response.Headers["Token"] = await accounts.Sessions.StartAsync(account, accounts.Now);
            await context.WriteJsonAsync(AccountJson.Whole(account));
        });
        routes.MapPost("/api/v4/users/{id:length(26)}/mfa/generate", context => PrepareMfaAsync(context, state, accounts));
        routes.MapPut("/api/v4/users/{id:length(26)}/mfa", context => SwitchMfaAsync(context, state, accounts));
    }

    private static async Task PrepareMfaAsync(HttpContext context, StandInState state, StandInAccounts accounts)
    {
        var account = await OwnOrManagedAsync(context, state, accounts);
        var secret = OneTimeCode.NewSecret();
        await accounts.Table.SetMfaAsync(account.Id, account.MfaActive, secret, accounts.Now);
        accounts.Cache.Forget(account.Id);
        await context.WriteJsonAsync(new JsonObject { ["secret"] = secret, ["qr_code"] = "" });
    }

    private static async Task SwitchMfaAsync(HttpContext context, StandInState state, StandInAccounts accounts)
    {
        var body = await context.ReadJsonAsync("activate") as JsonObject ?? throw StandInError.BadBody("activate");
        var account = await OwnOrManagedAsync(context, state, accounts);
        var activate = (bool?)body["activate"] ?? throw StandInError.BadBody("activate");

        if (activate && !OneTimeCode.Fits(account.MfaSecret, (string?)body["code"] ?? "", accounts.Now))
            throw new StandInError(401, "mfa.activate.bad_token.app_error", "Invalid MFA token.");

        await accounts.Table.SetMfaAsync(account.Id, activate, activate ? account.MfaSecret : "", accounts.Now);
        accounts.Cache.Forget(account.Id);
        await context.WriteOkAsync();
    }

    private static async Task<StandInAccount> OwnOrManagedAsync(HttpContext context, StandInState state, StandInAccounts accounts)
    {
        var id = context.Route("id");

        if (context.Session(state).Id != id)
            context.RequireAdmin(state);

        return await accounts.Cache.GetAsync(id) ?? throw StandInError.UserMissing($"User id: {id}");
    }
}
