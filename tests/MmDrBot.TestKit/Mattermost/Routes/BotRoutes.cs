using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>Making bot accounts, access tokens and roles.</summary>
internal static partial class BotRoutes
{
    private static readonly string[] _roles = ["system_user", "system_admin", "system_guest", "system_post_all", "system_post_all_public", "system_user_access_token"];
    private static readonly string[] _licensed = ["system_manager", "system_user_manager", "system_read_only_admin"];

    public static void MapBots(this IEndpointRouteBuilder routes, StandInState state)
    {
        routes.MapPost("/api/v4/bots", context => CreateAsync(context, state));
        routes.MapGet("/api/v4/bots/{id:length(26)}", context => ShowAsync(context, state));
        routes.MapPost("/api/v4/users/{id:length(26)}/tokens", context => AddTokenAsync(context, state));
        routes.MapPost("/api/v4/users/tokens/revoke", context => RevokeTokenAsync(context, state));
        routes.MapPut("/api/v4/users/{id:length(26)}/roles", context => SetRolesAsync(context, state));
    }

    // No bot makes bots, administrator or not, and it is told so before the setting is looked at.
    private static async Task CreateAsync(HttpContext context, StandInState state)
    {
        var owner = context.Session(state);
        var body = await context.ReadJsonAsync("bot") as JsonObject ?? throw StandInError.BadBody("bot");

        if (!owner.IsAdmin || owner.IsBot)
            throw StandInError.Forbidden();

        if ((bool?)state.Settings["ServiceSettings"]["EnableBotAccountCreation"] != true)
            throw new StandInError(403, "api.bot.create_disabled", "Bot creation has been disabled.");

        var name = (string?)body["username"] ?? "";

        if (!Username().IsMatch(name))
            throw new StandInError(400, "model.user.is_valid.username.app_error", "Username must begin with a letter, and contain between 3 to 22 lowercase characters made up of numbers, letters, and the symbols \".\", \"-\", and \"_\".");

        if (await TakenAsync(state, name))
            throw new StandInError(400, "app.user.save.username_exists.app_error", "An account with that username already exists.");

        var bot = new StandInUser(name, isBot: true, admin: false, state.Now) { OwnerId = owner.Id };
        await state.AddAsync(bot, password: null);
        await context.WriteJsonAsync(Json(bot, body), StatusCodes.Status201Created);
    }

    private static async Task ShowAsync(HttpContext context, StandInState state)
    {
        var viewer = context.Session(state);
        var bot = await state.FindUserAsync(context.Route("id"));
        await context.WriteJsonAsync(viewer.IsAdmin && bot is { IsBot: true }
            ? Json(bot, null)
            : throw new StandInError(404, "store.sql_bot.get.missing.app_error", "Bot does not exist."));
    }

    private static async Task AddTokenAsync(HttpContext context, StandInState state)
    {
        var maker = context.Session(state);
        var body = await context.ReadJsonAsync("user_access_token") as JsonObject ?? throw StandInError.BadBody("user_access_token");

        if ((string?)body["description"] is not { Length: > 0 } description)
            throw StandInError.BadBody("description");

        if (!maker.IsAdmin)
            throw StandInError.Forbidden();

        var user = await state.FindUserAsync(context.Route("id")) ?? throw StandInError.UserMissing("User id: " + context.Route("id"));

        if (!user.IsBot && !state.ArePersonalTokensOn)
            throw new StandInError(501, "app.user_access_token.disabled", "Personal access tokens are disabled on this server. Please contact your system administrator for details.");

        var (id, token) = (StandInIds.New(), StandInIds.New());
        user.AddToken(id, token);
        await context.WriteJsonAsync(new JsonObject { ["id"] = id, ["token"] = token, ["user_id"] = user.Id, ["description"] = description, ["is_active"] = true });
    }

    // Whether there is such a token is looked at before the caller's rights.
    private static async Task RevokeTokenAsync(HttpContext context, StandInState state)
    {
        var revoker = context.Session(state);
        var id = (await context.ReadMapAsync()).GetValueOrDefault("token_id") ?? "";
        var owner = state.FindUser(user => user.HasTokenId(id)) ?? throw new StandInError(404, "app.user_access_token.get_by_user.app_error", "Unable to get the personal access tokens by user.");

        if (!revoker.IsAdmin)
            throw StandInError.Forbidden();

        owner.RemoveToken(id);
        await context.WriteOkAsync();
    }

    private static async Task SetRolesAsync(HttpContext context, StandInState state)
    {
        var roles = (await context.ReadMapAsync()).GetValueOrDefault("roles") ?? "";
        var names = roles.Split(' ', StringSplitOptions.RemoveEmptyEntries);

        if (names.Intersect(_licensed).Any())
            throw new StandInError(400, "api.user.update_user_roles.license.app_error", "");

        context.RequireAdmin(state);
        var user = await state.FindUserAsync(context.Route("id")) ?? throw new StandInError(400, "app.user.missing_account.const", "Unable to find the user.");

        if (names.Except(_roles).Any())
            throw new StandInError(400, "app.role.check_roles_exist.role_not_found", "The provided role does not exist");

        user.Roles = roles;

        if (state.Accounts is { } accounts)
        {
            await accounts.Table.SetRolesAsync(user.Id, roles);
            accounts.Cache.Forget(user.Id);
        }

        await context.WriteOkAsync();
    }

    private static async Task<bool> TakenAsync(StandInState state, string name) =>
        state.FindUser(user => user.Username == name) is not null || (state.Accounts is { } accounts && await accounts.Table.ByNameAsync(name) is not null);

    private static JsonObject Json(StandInUser bot, JsonObject? asked)
    {
        var json = new JsonObject { ["user_id"] = bot.Id, ["username"] = bot.Username };

        foreach (var name in new[] { "display_name", "description" })
        {
            if ((string?)asked?[name] is { Length: > 0 } text)
                json[name] = text;
        }

        json["owner_id"] = bot.OwnerId;
        json["create_at"] = bot.CreateAt;
        json["update_at"] = bot.CreateAt;
        json["delete_at"] = bot.DeleteAt;

        return json;
    }

    [GeneratedRegex(@"\A[a-z][a-z0-9._-]{2,21}\z")]
    private static partial Regex Username();
}
