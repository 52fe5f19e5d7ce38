using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>Listing and typing slash commands.</summary>
internal static class CommandRoutes
{
    public static void MapCommands(this IEndpointRouteBuilder routes, StandInState state, CommandRunner runner)
    {
        routes.MapGet("/api/v4/commands", context => List(context, state));
        routes.MapPost("/api/v4/commands/execute", async (HttpContext context) =>
        {
            var user = context.Session(state);
            var body = await context.ReadJsonAsync("command_args") as JsonObject ?? throw StandInError.BadBody("command_args");
            var outcome = await runner.RunAsync(user, Text(body, "channel_id"), Text(body, "team_id"), Text(body, "command"), Text(body, "root_id"), context.RequestAborted);
            await context.WriteJsonAsync(outcome.Response!);
        });
    }

    // A team that does not exist has no commands, which is no error.
    private static Task List(HttpContext context, StandInState state)
    {
        var viewer = context.Session(state);
        var custom = context.Request.Query["custom_only"] == "true";

        if (custom && !viewer.IsAdmin)
            throw StandInError.Forbidden();

        state.RequireCommands();
        var commands = state.Commands.Values
            .Where(command => command.TeamId == context.Request.Query["team_id"])
            .OrderBy(command => command.CreateAt)
            .Select(command => StandInJson.Command(command, full: custom));

        return context.WriteJsonAsync(new JsonArray([.. commands]));
    }

    private static string Text(JsonObject body, string name) => (string?)body[name] ?? "";
}
