using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>Reading requests and writing answers as Mattermost does.</summary>
internal static class StandInHttp
{
    private const string RequestIdKey = "standin.request";

    public static void Begin(this HttpContext context, string version)
    {
        var requestId = StandInIds.New();
        context.Items[RequestIdKey] = requestId;
        context.Response.Headers["X-Request-Id"] = requestId;
        context.Response.Headers["X-Version-Id"] = $"{version}.{version}.236ff5c449983a2dd7774a6a8f4dd4d5.false";
        context.Response.Headers.Vary = "Accept-Encoding";
    }

    /// <summary>The account that the request's token belongs to.</summary>
    public static StandInUser Session(this HttpContext context, StandInState state)
    {
        var header = context.Request.Headers.Authorization.ToString();

        if (!header.StartsWith("bearer ", StringComparison.OrdinalIgnoreCase))
            throw StandInError.NoSession("UserRequired");

        var token = header["bearer ".Length..];

        if (state.FindUser(user => user.Token == token && user.DeleteAt == 0) is { } found)
            return found;

        context.Response.Headers.SetCookie = "MMAUTHTOKEN=; Path=/; Max-Age=0; HttpOnly";
        throw StandInError.NoSession($"token={token}");
    }

    public static string Route(this HttpContext context, string name) => (string)context.Request.RouteValues[name]!;

    public static async Task<JsonNode?> ReadJsonAsync(this HttpContext context, string what)
    {
        try
        {
            return await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        }
        catch (JsonException)
        {
            throw StandInError.BadBody(what);
        }
    }

    public static Task WriteJsonAsync(this HttpContext context, JsonNode body, int status = StatusCodes.Status200OK)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";

        return context.Response.WriteAsync(body.ToJsonString(), context.RequestAborted);
    }

    public static Task WriteErrorAsync(this HttpContext context, StandInError error) => context.WriteJsonAsync(
        new JsonObject
        {
            ["id"] = error.Id,
            ["message"] = error.Message,
            ["detailed_error"] = error.Detail,
            ["request_id"] = (string?)context.Items[RequestIdKey],
            ["status_code"] = error.Status,
        },
        error.Status);
}
