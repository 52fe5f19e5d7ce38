using System.Net;
using Microsoft.Extensions.Http.Resilience;
using Polly;

namespace MmDrBot.Mattermost;

/// <summary>Repeats what may be repeated: GETs that met 408, 429, 5xx or a broken connection, after the wait that Retry-After asks for.</summary>
internal static class RetryPolicy
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(500);

    public static void Configure(ResiliencePipelineBuilder<HttpResponseMessage> builder, MattermostClientOptions options, TimeProvider time)
    {
        builder.TimeProvider = time;
        builder.AddTimeout(new HttpTimeoutStrategyOptions { Timeout = options.Timeout });

        if (options.Retries > 0)
            builder.AddRetry(Retry(options));

        builder.AddTimeout(new HttpTimeoutStrategyOptions { Timeout = options.AttemptTimeout });
    }

    private static HttpRetryStrategyOptions Retry(MattermostClientOptions options)
    {
        var retry = new HttpRetryStrategyOptions
        {
            MaxRetryAttempts = options.Retries,
            Delay = FirstDelay,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            ShouldRetryAfterHeader = true,
            ShouldHandle = arguments => ValueTask.FromResult(
                HttpClientResiliencePredicates.IsTransient(arguments.Outcome) && IsWorthWaiting(arguments.Outcome.Result, options)),
        };
        retry.DisableForUnsafeHttpMethods();

        return retry;
    }

    // A long Retry-After is the caller's business: waiting would end in a time-out and hide the 429.
    private static bool IsWorthWaiting(HttpResponseMessage? answer, MattermostClientOptions options) =>
        answer?.StatusCode != HttpStatusCode.NotImplemented && !(answer?.Headers.RetryAfter?.Delta > options.AttemptTimeout);
}
