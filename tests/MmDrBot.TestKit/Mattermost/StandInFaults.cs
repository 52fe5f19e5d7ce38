using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>Lets requests fail in the order in which the failures were asked for.</summary>
internal sealed class StandInFaults
{
    private readonly List<StandInFault> _faults = [];
    private readonly Lock _gate = new();

    public void Add(StandInFault fault)
    {
        lock (_gate)
            _faults.Add(fault);
    }

    public async Task ApplyAsync(HttpContext context, RequestDelegate next)
    {
        switch (Take(context.Request))
        {
            case null:
                await next(context);
                break;
            case { Kind: StandInFaultKind.Answer } fault:
                await AnswerAsync(context, fault);
                break;
            case { Kind: StandInFaultKind.Abort }:
                context.Abort();
                break;
            default:
                context.Response.Body = Stream.Null;
                await next(context);
                context.Abort();
                break;
        }
    }

    private StandInFault? Take(HttpRequest request)
    {
        lock (_gate)
        {
            var index = _faults.FindIndex(fault => fault.Matches(request.Method, request.Path));

            if (index < 0)
                return null;

            var found = _faults[index];
            _faults.RemoveAt(index);

            return found;
        }
    }

    // 429 comes from the rate limiter and other failures without an id from a proxy: neither is JSON.
    private static Task AnswerAsync(HttpContext context, StandInFault fault)
    {
        if (fault.RetryAfter is { } wait)
            context.Response.Headers.RetryAfter = ((int)wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);

        if (fault.ErrorId is { } id)
            return context.WriteErrorAsync(new(fault.Status, id, "A failure that the test asked for."));

        context.Response.StatusCode = fault.Status;

        if (fault.Status != StatusCodes.Status429TooManyRequests)
        {
            context.Response.ContentType = "text/html";
            return context.Response.WriteAsync("<html><body>upstream failure</body></html>", context.RequestAborted);
        }

        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.Headers["X-Ratelimit-Limit"] = "10";
        context.Response.Headers["X-Ratelimit-Remaining"] = "0";
        context.Response.Headers["X-Ratelimit-Reset"] = "1";

        return context.Response.WriteAsync("limit exceeded", context.RequestAborted);
    }
}
