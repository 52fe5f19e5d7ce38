using System.Globalization;
using System.Net;
using System.Threading.RateLimiting;
using MmDrBot.Access;
using MmDrBot.Settings;

namespace MmDrBot.Api;

/// <summary>How many requests a key may make, and an address that sends no valid key.</summary>
internal sealed class RequestLimits(AppSettings settings) : IDisposable
{
    /// <summary>The policy for answers that last, such as a job's events.</summary>
    internal const string Streams = "streams";

    private readonly PartitionedRateLimiter<HttpContext> _unknown = PartitionedRateLimiter.Create<HttpContext, IPAddress>(
        context => RateLimitPartition.GetTokenBucketLimiter(context.Connection.RemoteIpAddress ?? IPAddress.None, _ => PerMinute(settings.Http.UnknownRequestsPerMinute)));

    private readonly PartitionedRateLimiter<HttpContext> _pages = PartitionedRateLimiter.Create<HttpContext, IPAddress>(
        context => RateLimitPartition.GetTokenBucketLimiter(context.Connection.RemoteIpAddress ?? IPAddress.None, _ => PerMinute(settings.Http.UnknownRequestsPerMinute)));

    /// <summary>Of what anybody may read without a key, by address.</summary>
    internal RateLimitLease OfPages(HttpContext context) => _pages.AttemptAcquire(context);

    /// <summary>Of keys that are no good, by address.</summary>
    internal RateLimitLease OfGuess(HttpContext context) => _unknown.AttemptAcquire(context);

    /// <summary>Whether an address may make a guess now; takes nothing. (To acquire no permit would succeed with half a token, too.)</summary>
    internal bool MayGuess(HttpContext context) => _unknown.GetStatistics(context) is not { CurrentAvailablePermits: 0 };

    internal static RateLimitPartition<string> OfKey(HttpContext context, HttpOptions options) => context.Features.Get<Actor>() is { } actor
        ? RateLimitPartition.GetTokenBucketLimiter(actor.Name, _ => PerMinute(options.RequestsPerMinute))
        : RateLimitPartition.GetNoLimiter("");

    internal static RateLimitPartition<string> OfStreams(HttpContext context, HttpOptions options) =>
        RateLimitPartition.GetConcurrencyLimiter(context.Actor().Name, _ => new ConcurrencyLimiterOptions { PermitLimit = options.EventStreams, QueueLimit = 0 });

    internal static async Task RefuseAsync(HttpContext context, RateLimitLease lease)
    {
        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? Math.Max(1, Math.Ceiling(after.TotalSeconds)) : 1;
        var seconds = wait.ToString(CultureInfo.InvariantCulture);
        context.Response.Headers.RetryAfter = seconds;
        await Problems.WriteAsync(context, Problems.Of(ProblemKinds.TooManyRequests, "The requests for this moment are used up.", $"Try again after {seconds} s."), context.RequestAborted);
    }

    public void Dispose()
    {
        _unknown.Dispose();
        _pages.Dispose();
    }

    /// <summary>A minute's requests may come at once; then they come back second by second.</summary>
    private static TokenBucketRateLimiterOptions PerMinute(int requests) => new()
    {
        TokenLimit = requests,
        TokensPerPeriod = Math.Max(1, requests / 60),
        ReplenishmentPeriod = TimeSpan.FromSeconds(Math.Max(1, 60 / requests)),
        QueueLimit = 0,
    };
}
