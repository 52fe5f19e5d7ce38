using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>Health and client settings; both need no session.</summary>
internal static class SystemRoutes
{
    private static readonly string[] _clientVersions =
        ["AndroidLatestVersion", "AndroidMinVersion", "DesktopLatestVersion", "DesktopMinVersion", "IosLatestVersion", "IosMinVersion"];

    public static void MapSystem(this IEndpointRouteBuilder routes, StandInState state)
    {
        routes.MapGet("/api/v4/system/ping", context => Ping(context, state));
        routes.MapGet("/api/v4/config/client", context => ClientConfig(context, state));
    }

    private static Task Ping(HttpContext context, StandInState state)
    {
        var json = new JsonObject();

        foreach (var name in _clientVersions)
            json[name] = "";

        if (context.Request.Query["get_server_status"] != "true")
        {
            json["status"] = "OK";
            return context.WriteJsonAsync(json);
        }

        var healthy = state.DatabaseHealthy && state.FilestoreHealthy;
        json["database_status"] = Word(state.DatabaseHealthy);
        json["filestore_status"] = Word(state.FilestoreHealthy);
        json["status"] = Word(healthy);

        return context.WriteJsonAsync(json, healthy ? StatusCodes.Status200OK : StatusCodes.Status500InternalServerError);
    }

    // 5.37 refuses the call without the format; newer releases ignore it.
    private static Task ClientConfig(HttpContext context, StandInState state)
    {
        if (context.Request.Query["format"] != "old")
            throw new StandInError(400, "api.config.client.old_format.app_error", "New format for the client configuration is not supported yet. Please specify format=old in the query string.");

        var json = new JsonObject();

        foreach (var (name, value) in state.ClientConfig.OrderBy(entry => entry.Key, StringComparer.Ordinal))
            json[name] = value;

        return context.WriteJsonAsync(json);
    }

    private static string Word(bool healthy) => healthy ? "OK" : "UNHEALTHY";
}
