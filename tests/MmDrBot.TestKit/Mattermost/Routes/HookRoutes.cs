using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using MmDrBot.Mattermost;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>Response URLs: no session, five uses, thirty minutes.</summary>
internal static class HookRoutes
{
    public static void MapHooks(this IEndpointRouteBuilder routes, StandInState state, CommandReplies replies) =>
        routes.MapPost("/hooks/commands/{id}", async (HttpContext context) =>
        {
            var answer = await ReadAsync(context)
                ?? throw new StandInError(400, "web.command_webhook.parse.app_error", "Unable to parse incoming data.");
            var hook = Use(state, context.Route("id"));
            replies.Deliver(hook.User, hook.Channel, hook.RootId, trigger: "", answer);

            context.Response.ContentType = "text/plain";
            await context.Response.WriteAsync("ok", context.RequestAborted);
        });

    // Whatever is not called text or a form is taken for JSON.
    private static async Task<JsonObject?> ReadAsync(HttpContext context)
    {
        var type = context.Request.ContentType ?? "";

        if (type.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase))
            return new CommandAnswer("text/plain", (await context.Request.ReadFormAsync(context.RequestAborted))["text"].ToString()).Read();

        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync(context.RequestAborted);

        return new CommandAnswer(type.StartsWith("text/plain", StringComparison.OrdinalIgnoreCase) ? "text/plain" : "application/json", body).Read();
    }

    // A use counts before the post is made, so that failed posts count too.
    private static StandInHook Use(StandInState state, string id)
    {
        lock (state.Gate)
        {
            if (!state.Hooks.TryGetValue(id, out var hook) || state.Now - hook.CreateAt >= MattermostLimits.ResponseUrlLifetime.TotalMilliseconds)
                throw new StandInError(404, MattermostErrorIds.ResponseUrlMissing, "Unable to find the webhook.");

            if (hook.Uses >= MattermostLimits.ResponseUrlUses)
                throw new StandInError(400, MattermostErrorIds.ResponseUrlUsedUp, "Invalid webhook.");

            hook.Uses++;

            return hook;
        }
    }
}
