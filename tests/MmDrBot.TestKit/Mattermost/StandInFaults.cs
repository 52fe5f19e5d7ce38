using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>Lets requests fail as the plan says.</summary>
internal sealed class StandInFaults
{
    public StandInFaultPlan Plan { get; } = new();

    public async Task ApplyAsync(HttpContext context, RequestDelegate next)
    {
        var failure = Plan.Take(context.Request);

        switch (failure?.Kind)
        {
            case null:
                await next(context);
                break;
            case StandInFaultKind.Answer:
                await AnswerAsync(context, failure);
                break;
            case StandInFaultKind.Abort:
                context.Abort();
                break;
            case StandInFaultKind.Hang:
                await HangAsync(context);
                break;
            default:
                await LoseAsync(context, next, failure);
                break;
        }
    }

    private static async Task LoseAsync(HttpContext context, RequestDelegate next, StandInFailure failure)
    {
        context.Response.Body = Stream.Null;

        try
        {
            await next(context);
        }
        catch (StandInError)
        {
            // The refusal is lost too.
        }

        if (failure.Kind == StandInFaultKind.HangAnswer)
            await HangAsync(context);

        context.Abort();
    }

    private static async Task HangAsync(HttpContext context)
    {
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            // The client gave up, or the server ends.
        }
    }

    // 429 comes from the rate limiter and other failures without an id from a proxy: neither is JSON.
    private static Task AnswerAsync(HttpContext context, StandInFailure failure)
    {
        if (failure.RetryAfter is { } wait)
            context.Response.Headers.RetryAfter = ((int)wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);

        if (failure.ErrorId is { } id)
            return context.WriteErrorAsync(new(failure.Status, id, "A failure that the test asked for."));

        context.Response.StatusCode = failure.Status;

        if (failure.Status != StatusCodes.Status429TooManyRequests)
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
