using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Npgsql;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>Binding accounts to sign-in services. The account need not exist; before 11.4 the cache is not told.</summary>
internal static class AuthRoutes
{
    private static readonly string[] _known = ["email", "ldap", "saml", "gitlab", "google", "office365", "openid"];

    public static void MapAuth(this IEndpointRouteBuilder routes, StandInState state, StandInAccounts accounts) =>
        routes.MapPut("/api/v4/users/{id:length(26)}/auth", context => SetAsync(context, state, accounts));

    private static async Task SetAsync(HttpContext context, StandInState state, StandInAccounts accounts)
    {
        var caller = context.Session(state);
        context.RequireAdmin(state, $"userId={caller.Id}, permission=edit_other_users,");
        var body = await context.ReadJsonAsync("user") as JsonObject ?? throw StandInError.BadBody("user");
        var (service, data) = Read(body, accounts.Release);
        var id = context.Route("id");
        await WriteAsync(accounts, id, service == "email" && data is null ? "" : service, data);

        if (accounts.Release.RenewsOnAuth)
            accounts.Cache.Forget(id);

        if (accounts.Release.EndsSessionsOnAuth)
            await accounts.Sessions.EndAllAsync(id);

        await context.WriteJsonAsync(data is null ? [] : new JsonObject { ["auth_data"] = data, ["auth_service"] = service });
    }

    private static (string Service, string? Data) Read(JsonObject body, StandInRelease release)
    {
        var service = Text(body["auth_service"]);
        var data = Text(body["auth_data"]);

        if (release.ChecksServices && (!_known.Contains(service) || service == "email" != (data is null)))
            throw Invalid();

        if (string.IsNullOrEmpty(service) || (data?.Length == 0) || (data is null && !release.ChecksServices))
            throw Invalid();

        return (service, data);
    }

    private static string? Text(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String ? (string?)node : null;

    private static async Task WriteAsync(StandInAccounts accounts, string id, string service, string? data)
    {
        try
        {
            await accounts.Table.SetAuthAsync(id, service, data, accounts.Now);
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            throw new StandInError(400, "app.user.update_auth_data.email_exists.app_error",
                "Unable to switch account to <no value>. An account using the email <no value> already exists.",
                $"invalid input: entity: User field: id value: {id}");
        }
        catch (PostgresException failure)
        {
            throw new StandInError(500, "app.user.update_auth_data.app_error", "Unable to update the auth data.",
                $"failed to update User with userId={id}: pq: {failure.MessageText}");
        }
    }

    private static StandInError Invalid() =>
        new(400, "api.user.update_user_auth.invalid_request", "Request is missing either AuthData or AuthService parameter.");
}
