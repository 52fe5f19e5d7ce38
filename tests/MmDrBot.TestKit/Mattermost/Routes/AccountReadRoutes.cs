using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>Reading accounts of a database: by id through the cache, by name or address past it.</summary>
internal static class AccountReadRoutes
{
    public static void MapAccountReads(this IEndpointRouteBuilder routes, StandInState state, StandInAccounts accounts)
    {
        routes.MapGet("/api/v4/users/me", context => ByIdAsync(context, state, accounts, context.Session(state).Id));
        routes.MapGet("/api/v4/users/{id:length(26)}", context => ByIdAsync(context, state, accounts, context.Route("id")));
        routes.MapGet("/api/v4/users/username/{name}", context => ByNameAsync(context, state, accounts));
        routes.MapGet("/api/v4/users/email/{email}", context => ByEmailAsync(context, state, accounts));
        routes.MapPost("/api/v4/users/ids", context => ManyAsync(context, state, accounts, "user_ids", accounts.Cache.GetManyAsync));
        routes.MapPost("/api/v4/users/usernames", context => ManyAsync(context, state, accounts, "usernames", accounts.Table.ByNamesAsync));
    }

    private static async Task ByIdAsync(HttpContext context, StandInState state, StandInAccounts accounts, string id)
    {
        var viewer = context.Session(state);
        var found = await accounts.Cache.GetAsync(id) ?? throw StandInError.UserMissing($"User id: {id}");
        await context.WriteJsonAsync(AccountJson.Shown(found, viewer, accounts.Release));
    }

    private static async Task ByNameAsync(HttpContext context, StandInState state, StandInAccounts accounts)
    {
        var viewer = context.Session(state);
        var name = context.Route("name");

        if (name.Any(char.IsAsciiLetterUpper))
            throw StandInError.BadUrl("username");

        var found = await accounts.Table.ByNameAsync(name) ?? throw StandInError.UsernameMissing(name);
        await context.WriteJsonAsync(AccountJson.Shown(found, viewer, accounts.Release));
    }

    private static async Task ByEmailAsync(HttpContext context, StandInState state, StandInAccounts accounts)
    {
        var viewer = context.Session(state);
        var email = context.Route("email");
        var found = await accounts.Table.ByEmailAsync(email) ?? throw StandInError.UserMissing($"User id: email={email}");
        await context.WriteJsonAsync(AccountJson.Shown(found, viewer, accounts.Release));
    }

    private static async Task ManyAsync(
        HttpContext context, StandInState state, StandInAccounts accounts, string what, Func<string[], Task<IReadOnlyList<StandInAccount>>> find)
    {
        var viewer = context.Session(state);
        var wanted = await context.ReadJsonAsync(what) is JsonArray { Count: > 0 } array && array.All(one => one?.GetValueKind() == JsonValueKind.String)
            ? array.Select(one => (string)one!).ToArray()
            : throw StandInError.BadBody(what);
        var found = await find(wanted);
        await context.WriteJsonAsync(new JsonArray([.. found.Select(account => AccountJson.Shown(account, viewer, accounts.Release))]));
    }
}
