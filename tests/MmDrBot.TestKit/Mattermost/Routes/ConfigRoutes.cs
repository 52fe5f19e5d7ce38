using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>Reading and changing settings, for administrators.</summary>
internal static class ConfigRoutes
{
    public static void MapConfig(this IEndpointRouteBuilder routes, StandInState state)
    {
        routes.MapGet("/api/v4/config", context => ShowAsync(context, state));
        routes.MapGet("/api/v4/config/environment", context => EnvironmentAsync(context, state));
        routes.MapPut("/api/v4/config/patch", context => PatchAsync(context, state));
    }

    private static Task ShowAsync(HttpContext context, StandInState state)
    {
        context.RequireAdmin(state);
        context.Response.Headers.CacheControl = "no-cache, no-store, must-revalidate";

        return context.WriteJsonAsync(state.Settings.Masked());
    }

    private static Task EnvironmentAsync(HttpContext context, StandInState state)
    {
        context.RequireAdmin(state);

        return context.WriteJsonAsync(state.Settings.Environment);
    }

    private static async Task PatchAsync(HttpContext context, StandInState state)
    {
        var patch = await context.ReadJsonAsync("config") as JsonObject ?? throw StandInError.BadBody("config");
        context.RequireAdmin(state);

        if ((bool?)state.Settings["ClusterSettings"]["Enable"] == true && (bool?)state.Settings["ClusterSettings"]["ReadOnlyConfig"] == true)
            throw new StandInError(403, "ent.cluster.save_config.error", "System Console is set to read-only when High Availability is enabled unless ReadOnlyConfig is disabled in the configuration file.");

        state.Settings.Patch(patch);
        state.PublishSettings();
        await context.WriteJsonAsync(state.Settings.Masked());
    }
}
