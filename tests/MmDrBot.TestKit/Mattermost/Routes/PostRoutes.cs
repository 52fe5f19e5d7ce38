using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>Writing, editing and reading posts.</summary>
internal static class PostRoutes
{
    public static void MapPosts(this IEndpointRouteBuilder routes, StandInState state)
    {
        var posts = new StandInPosts(state);

        routes.MapPost("/api/v4/posts", async (HttpContext context) =>
        {
            var author = context.Session(state);
            var body = await ReadObjectAsync(context);
            await context.WriteJsonAsync(StandInJson.Post(posts.Create(author, body)), StatusCodes.Status201Created);
        });
        routes.MapPost("/api/v4/posts/ephemeral", async (HttpContext context) =>
        {
            var author = context.RequireAdmin(state);
            var body = await ReadObjectAsync(context);
            await context.WriteJsonAsync(posts.Whisper(author, body), StatusCodes.Status201Created);
        });
        routes.MapPut("/api/v4/posts/{id:length(26)}/patch", async (HttpContext context) =>
        {
            var editor = context.Session(state);
            var body = await ReadObjectAsync(context);
            await context.WriteJsonAsync(StandInJson.Post(posts.Patch(editor, context.Route("id"), body)));
        });
        routes.MapGet("/api/v4/posts/{id:length(26)}", context =>
            context.WriteJsonAsync(StandInJson.Post(posts.Get(context.Session(state), context.Route("id")))));
    }

    private static async Task<JsonObject> ReadObjectAsync(HttpContext context) =>
        await context.ReadJsonAsync("post") as JsonObject ?? throw StandInError.BadBody("post");
}
