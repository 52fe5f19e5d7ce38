using Microsoft.AspNetCore.Mvc;
using MmDrBot.Access;
using MmDrBot.ApiKeys;

namespace MmDrBot.Api;

/// <summary>Finds out whose key a request bears; what the key may do is for the use cases to say.</summary>
internal sealed class ApiKeyFilter(ApiKeyStore keys) : IEndpointFilter
{
    private const string Scheme = "Bearer ";

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var header = http.Request.Headers.Authorization.ToString();
        var key = header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? await keys.FindAsync(header[Scheme.Length..].Trim(), http.RequestAborted) : null;
        if (key is null)
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
            await Problems.WriteAsync(http, Unknown(), http.RequestAborted);
            return Results.Empty;
        }

        var requestId = Reference.New();
        http.Response.Headers["X-Request-Id"] = requestId;
        http.Features.Set(key.ToActor() with { RequestId = requestId });
        return await next(context);
    }

    private static ProblemDetails Unknown() => Problems.Of(
        ProblemKinds.Unauthorized,
        "The request bears no valid API key.",
        "Make one on the host with `mmdr api-key create NAME`, and send it as `Authorization: Bearer mmdr_...`.");
}
