using System.Threading.RateLimiting;
using MmDrBot.Settings;

namespace MmDrBot.Commands;

/// <summary>
/// Keeps one person from occupying the service. It counts only what Mattermost provably sent, so that nobody else can use up a person's share.
/// </summary>
internal sealed class PersonLimiter(AppSettings settings) : IDisposable
{
    internal const string Refusal = "That was too much in a short time, so this was not done.\nNext: wait a few seconds and try again; MMDR_Chat__CommandsPerMinute sets the limit.";

    private readonly PartitionedRateLimiter<string> _limits = PartitionedRateLimiter.Create<string, string>(user =>
        settings.Chat.CommandsPerMinute > 0 ? RateLimitPartition.GetTokenBucketLimiter(user, _ => Bucket(settings.Chat.CommandsPerMinute)) : RateLimitPartition.GetNoLimiter(user));

    public void Dispose() => _limits.Dispose();

    internal bool Admits(string userId)
    {
        using var lease = _limits.AttemptAcquire(userId);
        return lease.IsAcquired;
    }

    private static TokenBucketRateLimiterOptions Bucket(int perMinute) => new()
    {
        TokenLimit = Math.Max(1, perMinute / 4),
        TokensPerPeriod = 1,
        ReplenishmentPeriod = TimeSpan.FromMinutes(1.0 / perMinute),
    };
}
