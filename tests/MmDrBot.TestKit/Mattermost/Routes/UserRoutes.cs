using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>Reading accounts that live in memory.</summary>
internal static class UserRoutes
{
    public static void MapUsers(this IEndpointRouteBuilder routes, StandInState state)
    {
        routes.MapGet("/api/v4/users/me", context => Show(context, state, context.Session(state)));
        routes.MapGet("/api/v4/users/{id:length(26)}", context => ById(context, state));
        routes.MapGet("/api/v4/users/username/{name}", context => ByName(context, state));
        routes.MapGet("/api/v4/users/email/{email}", context => ByEmail(context, state));
        routes.MapGet("/api/v4/users/{id:length(26)}/groups", context => GroupsAsync(context, state));
    }

    private static Task GroupsAsync(HttpContext context, StandInState state)
    {
        context.Session(state);
        if (state.Users.Values.All(user => user.Groups.Count == 0))
            throw new StandInError(501, "api.ldap_groups.license_error", "Your license does not support LDAP groups.");

        var groups = state.Users.GetValueOrDefault(context.Route("id"))?.Groups ?? [];

        return context.WriteJsonAsync(new JsonArray([.. groups.Select(name => (JsonNode)new JsonObject { ["id"] = StandInIds.New(), ["name"] = name, ["display_name"] = name, ["source"] = name.StartsWith("custom-", StringComparison.Ordinal) ? "custom" : "ldap" })]));
    }

    private static Task ById(HttpContext context, StandInState state)
    {
        var id = context.Route("id");

        return Show(context, state, state.Users.GetValueOrDefault(id), StandInError.UserMissing($"User id: {id}"));
    }

    private static Task ByName(HttpContext context, StandInState state)
    {
        var name = context.Route("name");

        if (name.Any(char.IsAsciiLetterUpper))
            return Show(context, state, found: null, StandInError.BadUrl("username"));

        return Show(context, state, state.FindUser(user => user.Username == name), StandInError.UsernameMissing(name));
    }

    private static Task ByEmail(HttpContext context, StandInState state)
    {
        var email = context.Route("email");

        return Show(context, state, state.FindUser(user => string.Equals(user.Email, email, StringComparison.OrdinalIgnoreCase)), StandInError.UserMissing($"User id: email={email}"));
    }

    private static Task Show(HttpContext context, StandInState state, StandInUser? found, StandInError? missing = null)
    {
        var viewer = context.Session(state);

        return context.WriteJsonAsync(StandInJson.User(found ?? throw missing!, viewer));
    }
}
