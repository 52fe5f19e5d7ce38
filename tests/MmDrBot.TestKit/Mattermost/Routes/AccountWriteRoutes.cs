using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Npgsql;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>Making, patching and deactivating accounts, ending their sessions, and telling the cache.</summary>
internal static class AccountWriteRoutes
{
    public static void MapAccountWrites(this IEndpointRouteBuilder routes, StandInState state, StandInAccounts accounts)
    {
        routes.MapPost("/api/v4/users", context => CreateAsync(context, state, accounts));
        routes.MapDelete("/api/v4/users/{id:length(26)}", context => DeactivateAsync(context, state, accounts));
        routes.MapPut("/api/v4/users/{id:length(26)}/patch", context => PatchAsync(context, state, accounts));
        routes.MapPost("/api/v4/users/{id:length(26)}/sessions/revoke/all", context => EndSessionsAsync(context, state, accounts));
        routes.MapPost("/api/v4/caches/invalidate", context => ForgetAsync(context, state, accounts));
    }

    private static async Task CreateAsync(HttpContext context, StandInState state, StandInAccounts accounts)
    {
        context.RequireAdmin(state);
        var account = Read(await context.ReadJsonAsync("user") as JsonObject ?? throw StandInError.BadBody("user"), accounts);

        try
        {
            await accounts.Table.InsertAsync([account]);
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            throw Taken(refused);
        }

        await context.WriteJsonAsync(AccountJson.Whole(account), StatusCodes.Status201Created);
    }

    private static StandInAccount Read(JsonObject body, StandInAccounts accounts)
    {
        var service = (string?)body["auth_service"] ?? "";
        var password = (string?)body["password"] ?? "";

        if (service.Length == 0)
            accounts.CheckPassword(password);
        else if (string.IsNullOrEmpty((string?)body["auth_data"]))
            throw new StandInError(400, "model.user.is_valid.auth_data_type.app_error", "Invalid user, auth type without auth data.");
        else if (password.Length > 0)
            throw new StandInError(400, "model.user.is_valid.auth_data_pwd.app_error", "Invalid user, password and auth data cannot both be set.");

        return new()
        {
            Id = StandInIds.New(),
            Username = ((string?)body["username"] ?? "").ToLowerInvariant(),
            Email = ((string?)body["email"] ?? "").ToLowerInvariant(),
            Password = service.Length == 0 ? StandInPassword.Hash(password) : "",
            AuthService = service,
            AuthData = service.Length == 0 ? null : (string?)body["auth_data"],
            CreateAt = accounts.Now,
            UpdateAt = accounts.Now,
            LastPasswordUpdate = accounts.Now,
        };
    }

    private static StandInError Taken(PostgresException refused) => refused.ConstraintName switch
    {
        "users_username_key" => new(400, "app.user.save.username_exists.app_error", "An account with that username already exists."),
        "users_email_key" => new(400, "app.user.save.email_exists.app_error", "An account with that email already exists."),
        _ => new(500, "app.user.save.app_error", "Unable to save the account.", refused.MessageText),
    };

    private static async Task DeactivateAsync(HttpContext context, StandInState state, StandInAccounts accounts)
    {
        context.RequireAdmin(state);
        var id = context.Route("id");
        _ = await accounts.Cache.GetAsync(id) ?? throw StandInError.UserMissing($"User id: {id}");
        await accounts.Table.SetDeleteAtAsync(id, accounts.Now, accounts.Now);
        await accounts.Sessions.EndAllAsync(id);
        accounts.Cache.Forget(id);
        await context.WriteOkAsync();
    }

    // Whatever the patch says, only its effect on the cache matters here.
    private static async Task PatchAsync(HttpContext context, StandInState state, StandInAccounts accounts)
    {
        var caller = context.Session(state);
        var id = context.Route("id");
        _ = await context.ReadJsonAsync("user") as JsonObject ?? throw StandInError.BadBody("user");

        if (caller.Id != id)
            context.RequireAdmin(state);

        _ = await accounts.Cache.GetAsync(id) ?? throw StandInError.BadBody("user_id");
        await accounts.Table.TouchAsync(id, accounts.Now);
        accounts.Cache.Forget(id);
        await context.WriteJsonAsync(AccountJson.Whole((await accounts.Cache.GetAsync(id))!));
    }

    private static async Task EndSessionsAsync(HttpContext context, StandInState state, StandInAccounts accounts)
    {
        if (context.Session(state).Id != context.Route("id"))
            context.RequireAdmin(state);

        await accounts.Sessions.EndAllAsync(context.Route("id"));
        await context.WriteOkAsync();
    }

    private static Task ForgetAsync(HttpContext context, StandInState state, StandInAccounts accounts)
    {
        context.RequireAdmin(state);
        accounts.Cache.ForgetAll();

        return context.WriteOkAsync();
    }
}
