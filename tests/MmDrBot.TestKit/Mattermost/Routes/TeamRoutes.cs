using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>Teams and who is in them. None of the teams may be joined by anybody, so a plain account's list of them is empty.</summary>
internal static class TeamRoutes
{
    public static void MapTeams(this IEndpointRouteBuilder routes, StandInState state)
    {
        routes.MapGet("/api/v4/teams", context => List(context, state));
        routes.MapGet("/api/v4/teams/name/{name}", context => ByName(context, state));
        routes.MapGet("/api/v4/teams/{id:length(26)}/members/{user:length(26)}", context => Member(context, state));
        routes.MapPost("/api/v4/teams/{id:length(26)}/members", context => AddAsync(context, state));
    }

    private static Task List(HttpContext context, StandInState state)
    {
        var viewer = context.Session(state);
        var (page, size) = (Number(context, "page", 0), Math.Min(Number(context, "per_page", 60), 200));
        var teams = state.Teams.Values.Where(_ => viewer.IsAdmin).OrderBy(team => team.Name, StringComparer.Ordinal).Skip(page * size).Take(size);

        return context.WriteJsonAsync(new JsonArray([.. teams.Select(team => Json(team))]));
    }

    private static Task ByName(HttpContext context, StandInState state)
    {
        if (!context.Route("name").All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_'))
            throw new StandInError(404, "api.context.404.app_error", "Sorry, we could not find the page.");

        var viewer = context.Session(state);
        var name = context.Route("name").ToLowerInvariant();
        var team = state.Teams.Values.FirstOrDefault(team => team.Name == name)
            ?? throw new StandInError(404, "app.team.get_by_name.missing.app_error", "Unable to find the existing team.");

        return viewer.IsAdmin || team.Has(viewer.Id) ? context.WriteJsonAsync(Json(team)) : throw StandInError.Forbidden();
    }

    private static Task Member(HttpContext context, StandInState state)
    {
        var viewer = context.Session(state);
        var team = state.Teams.GetValueOrDefault(context.Route("id"));

        if (!viewer.IsAdmin && team?.Has(viewer.Id) != true)
            throw StandInError.Forbidden();

        return team?.Has(context.Route("user")) == true
            ? context.WriteJsonAsync(Membership(team, context.Route("user")))
            : throw new StandInError(404, "app.team.get_member.missing.app_error", "No team member found for that user ID and team ID.");
    }

    // Whoever is in a team may let others in; being in it already is no error.
    private static async Task AddAsync(HttpContext context, StandInState state)
    {
        var adder = context.Session(state);
        var body = await context.ReadJsonAsync("team_member") as JsonObject;

        if ((string?)body?["team_id"] != context.Route("id"))
            throw StandInError.BadBody("team_id");

        var userId = (string?)body!["user_id"] is { Length: 26 } id ? id : throw StandInError.BadBody("user_id");
        var team = state.Teams.GetValueOrDefault(context.Route("id"));

        if (!adder.IsAdmin && team?.Has(adder.Id) != true)
            throw StandInError.Forbidden();

        if (team is null)
            throw new StandInError(404, "app.team.get.find.app_error", "Unable to find the existing team.");

        team.Add(userId);
        await context.WriteJsonAsync(Membership(team, userId), StatusCodes.Status201Created);
    }

    private static int Number(HttpContext context, string name, int otherwise) =>
        int.TryParse(context.Request.Query[name], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    private static JsonObject Json(StandInTeam team) => new()
    {
        ["id"] = team.Id,
        ["create_at"] = team.CreateAt,
        ["update_at"] = team.CreateAt,
        ["delete_at"] = team.DeleteAt,
        ["display_name"] = team.Name,
        ["name"] = team.Name,
        ["description"] = "",
        ["email"] = "",
        ["type"] = "O",
        ["company_name"] = "",
        ["allowed_domains"] = "",
        ["invite_id"] = "",
        ["allow_open_invite"] = false,
        ["scheme_id"] = null,
        ["group_constrained"] = null,
        ["policy_id"] = null,
    };

    private static JsonObject Membership(StandInTeam team, string userId) => new()
    {
        ["team_id"] = team.Id,
        ["user_id"] = userId,
        ["roles"] = "team_user",
        ["delete_at"] = 0,
        ["scheme_guest"] = false,
        ["scheme_user"] = true,
        ["scheme_admin"] = false,
        ["explicit_roles"] = "",
    };
}
