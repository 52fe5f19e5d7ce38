using System.Text.Json;
using System.Threading.RateLimiting;
using MmDrBot.Access;
using MmDrBot.Audit;
using MmDrBot.Data;
using MmDrBot.Interactions;

namespace MmDrBot.Commands;

/// <summary>
/// Refuses clicks and forms that nobody was invited to, and puts that on record, within limits: whoever reaches the door could fill the
/// audit otherwise. What was left out is counted in the next entry.
/// </summary>
internal sealed partial class UninvitedRecords(StateDatabase state, AuditLog audit, TimeProvider time, ILogger<UninvitedRecords> logger) : IDisposable
{
    private const int IdLength = 26;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private readonly PartitionedRateLimiter<string> _limits = PartitionedRateLimiter.CreateChained(Each(10, user => user), Each(60, _ => ""));
    private int _leftOut;

    public void Dispose() => _limits.Dispose();

    /// <param name="reason">What is wrong.</param>
    /// <param name="invitation">Null when there is none of ours.</param>
    /// <param name="userId">Whom the request names.</param>
    /// <param name="actor">Who that is, where it was found out.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What to tell.</returns>
    internal async Task<string> RefuseAsync(Uninvited reason, Invitation? invitation, string userId, Actor? actor, CancellationToken cancellationToken)
    {
        var named = userId.Length == IdLength && userId.All(char.IsAsciiLetterOrDigit) ? userId : "nobody";
        using var lease = _limits.AttemptAcquire(named);
        if (lease.IsAcquired)
        {
            await RecordAsync(reason, invitation, named, actor, Interlocked.Exchange(ref _leftOut, 0), cancellationToken);
        }
        else
        {
            Interlocked.Increment(ref _leftOut);
        }

        return Words(reason, invitation);
    }

    private static string Words(Uninvited reason, Invitation? invitation)
    {
        var instead = invitation is { Handler: Button.VerbHandler } ? $"\nNext: type `/dr {string.Join(' ', invitation.Arguments)}` instead." : "";
        return reason switch
        {
            Uninvited.Expired => $"This is too old, so nothing was done.{instead}",
            Uninvited.Used => $"This was used already, so nothing more was done.{instead}",
            Uninvited.WrongPerson => invitation?.Permission is { } permission
                ? $"This needs the permission \"{EnumText.Of(permission)}\", which you do not have, so nothing was done.\nNext: ask an administrator of MmDrBot for it."
                : "This is for somebody else, so nothing was done.",
            _ => "This is none of MmDrBot's buttons, or was taken from another post, so nothing was done.\nNext: if you did not make it yourself, tell an administrator who posted it.",
        };
    }

    private async Task RecordAsync(Uninvited reason, Invitation? invitation, string named, Actor? actor, int leftOut, CancellationToken cancellationToken)
    {
        // Without a good invitation nothing proves that Mattermost sent it, so the name is only what the request says.
        var name = actor?.Name ?? $"unproven:{named}";
        var detail = new { reason = EnumText.Of(reason), handler = invitation?.Handler, arguments = invitation?.Arguments, post = invitation?.PostId, leftOutBefore = leftOut };
        var entry = new AuditEntry(time.GetUtcNow(), name, Door.Chat, "interaction.refused", invitation?.Handler, AuditOutcome.Refused) { DetailJson = JsonSerializer.Serialize(detail), Reference = actor?.RequestId };
        try
        {
            await state.InTransactionAsync((transaction, token) => audit.AppendAsync(transaction, entry, token), cancellationToken);
        }
        catch (Refusal unavailable)
        {
            Log.NotRecorded(logger, unavailable, name);
        }
    }

    private static PartitionedRateLimiter<string> Each(int permits, Func<string, string> partition) => PartitionedRateLimiter.Create<string, string>(user =>
        RateLimitPartition.GetFixedWindowLimiter(partition(user), _ => new FixedWindowRateLimiterOptions { PermitLimit = permits, Window = Window }));

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "A refused click or form of {Name} could not be recorded.")]
        public static partial void NotRecorded(ILogger logger, Exception exception, string name);
    }
}
