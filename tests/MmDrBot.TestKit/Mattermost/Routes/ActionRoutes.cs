using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>Clicks and dialogs.</summary>
internal static class ActionRoutes
{
    public static void MapActions(this IEndpointRouteBuilder routes, StandInState state, ActionRunner actions, DialogRunner dialogs)
    {
        routes.MapPost("/api/v4/posts/{id:length(26)}/actions/{action}", async (HttpContext context) =>
        {
            if (!context.Route("action").All(char.IsAsciiLetterOrDigit))
            {
                await WriteNotFoundAsync(context);
                return;
            }

            var user = context.Session(state);
            var body = await context.ReadJsonAsync("action") as JsonObject ?? [];
            var trigger = await actions.RunAsync(user, context.Route("id"), context.Route("action"), body, context.RequestAborted);
            await context.WriteJsonAsync(new JsonObject { ["status"] = "OK", ["trigger_id"] = trigger });
        });
        routes.MapPost("/api/v4/actions/dialogs/open", async (HttpContext context) =>
        {
            dialogs.Open(await context.ReadJsonAsync("body") as JsonObject ?? throw StandInError.BadBody("body"));
            await context.WriteOkAsync();
        });
        routes.MapPost("/api/v4/actions/dialogs/submit", async (HttpContext context) =>
        {
            var user = context.Session(state);
            await context.WriteJsonAsync(await dialogs.SubmitAsync(user, await context.ReadJsonAsync("body") as JsonObject ?? throw StandInError.BadBody("body"), context.RequestAborted));
        });
    }

    private static async Task WriteNotFoundAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        context.Response.ContentType = "text/plain; charset=utf-8";
        var body = new JsonObject
        {
            ["id"] = "api.context.404.app_error",
            ["message"] = "Sorry, we could not find the page.",
            ["detailed_error"] = $"There doesn't appear to be an api call for the url='{context.Request.Path}'.  Typo? are you missing a team_id or user_id as part of the url?",
            ["status_code"] = 404,
        };
        await context.Response.WriteAsync(body.ToJsonString(), context.RequestAborted);
    }
}
