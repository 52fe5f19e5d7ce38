using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>Reading requests and writing answers as Mattermost does.</summary>
internal static class StandInHttp
{
    private const string RequestIdKey = "standin.request";
    private const string SessionKey = "standin.session";
    private const string Bearer = "bearer ";

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
        if (context.Items[SessionKey] is StandInUser attached)
            return attached;

        if (context.BearerToken() is not { } token)
            throw StandInError.NoSession("UserRequired");

        if (state.FindUser(user => user.HasToken(token) && user.DeleteAt == 0) is { } found && (found.IsBot || state.ArePersonalTokensOn))
            return found;

        context.Response.Headers.SetCookie = "MMAUTHTOKEN=; Path=/; Max-Age=0; HttpOnly";
        throw StandInError.NoSession($"token={token}");
    }

    /// <summary>The same; 403 unless it is a system administrator.</summary>
    public static StandInUser RequireAdmin(this HttpContext context, StandInState state, string detail = "") =>
        context.Session(state) is { IsAdmin: true } user ? user : throw StandInError.Forbidden(detail);

    /// <summary>Notes whose session the request belongs to.</summary>
    public static void Attach(this HttpContext context, StandInUser user) => context.Items[SessionKey] = user;

    public static string? BearerToken(this HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();

        return header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? header[Bearer.Length..] : null;
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

    /// <summary>The body as a map of texts. As in the server, bad JSON or any value that is no text makes the whole an empty map.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> ReadMapAsync(this HttpContext context)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync<Dictionary<string, string>>(context.Request.Body, cancellationToken: context.RequestAborted) ?? [];
        }
        catch (JsonException)
        {
            return new Dictionary<string, string>();
        }
    }

    public static Task WriteOkAsync(this HttpContext context) => context.WriteJsonAsync(new JsonObject { ["status"] = "OK" });

    public static Task WriteJsonAsync(this HttpContext context, JsonNode? body, int status = StatusCodes.Status200OK)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";

        return context.Response.WriteAsync(body?.ToJsonString() ?? "null", context.RequestAborted);
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
