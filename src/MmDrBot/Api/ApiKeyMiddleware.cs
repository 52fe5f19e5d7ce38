using MmDrBot.Access;
using MmDrBot.ApiKeys;

namespace MmDrBot.Api;

/// <summary>
/// Finds out whose key a request bears; what the key may do is for the use cases to say. Whoever tries keys is slowed down by their
/// address before the state is asked; a key that was good before never is, whoever shares its address.
/// </summary>
internal sealed partial class ApiKeyMiddleware(RequestDelegate next, ApiKeyStore keys, KnownKeys known, RequestLimits limits, TimeProvider time, ILogger<ApiKeyMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (!ApiEndpoint.Is(context))
        {
            await next(context);
            return;
        }

        var secret = BearerToken.Of(context.Request);
        if (!known.Has(secret) && !limits.MayGuess(context))
        {
            using var spent = limits.OfGuess(context);
            LogWhenAnswered(context, null);
            await RequestLimits.RefuseAsync(context, spent);
            return;
        }

        var key = secret is null ? null : await keys.FindAsync(secret, context.RequestAborted);
        known.Remember(secret, key is not null);
        LogWhenAnswered(context, key);
        if (key is null)
        {
            await RefuseAsync(context);
            return;
        }

        context.Features.Set(key.ToActor() with { RequestId = context.TraceIdentifier });
        await next(context);
    }

    /// <summary>Only those that were no good count: a good key that comes for the first time, many at once, takes nothing from its neighbours.</summary>
    private async Task RefuseAsync(HttpContext context)
    {
        using var lease = limits.OfGuess(context);
        if (!lease.IsAcquired)
        {
            await RequestLimits.RefuseAsync(context, lease);
            return;
        }

        context.Response.Headers.WWWAuthenticate = "Bearer";
        var problem = Problems.Of(ProblemKinds.Unauthorized, "The request bears no valid API key.", "Make one on the host with `mmdr api-key create NAME`, and send it as `Authorization: Bearer mmdr_...`.");
        await Problems.WriteAsync(context, problem, context.RequestAborted);
    }

    private void LogWhenAnswered(HttpContext context, ApiKey? key)
    {
        // Escaped, so that no path can forge a line of the log; without the query, which is the caller's own business.
        var (method, path, started) = (context.Request.Method, context.Request.Path.ToUriComponent(), time.GetTimestamp());
        context.Response.OnCompleted(() =>
        {
            Log.Answered(logger, method, path, context.Response.StatusCode, (long)time.GetElapsedTime(started).TotalMilliseconds, key?.Prefix ?? "nobody", context.TraceIdentifier);
            return Task.CompletedTask;
        });
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "{Method} {Path} answered {Status} after {Milliseconds} ms to API key {Key} (request {RequestId}).")]
        public static partial void Answered(ILogger logger, string method, string path, int status, long milliseconds, string key, string requestId);
    }
}
