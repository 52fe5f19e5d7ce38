using MmDrBot.Access;
using MmDrBot.Data;

namespace MmDrBot.Alarms;

/// <summary>
/// Lets one process at a time judge and tell. A row with an end: who dies holding it lets it run out, and another goes on. It is asked again
/// in each transaction that changes alarms.
/// </summary>
internal sealed class AlarmLease(StateDatabase state, TimeProvider time)
{
    private static readonly TimeSpan Length = TimeSpan.FromMinutes(5);

    /// <summary>No lease ends later, however clocks differ: one that does was taken by a clock that was ahead.</summary>
    private static readonly TimeSpan Farthest = 2 * Length;

    private readonly string _owner = $"watch {Reference.New()}";

    /// <summary>Takes it, or keeps it for longer; false while another has it.</summary>
    internal Task<bool> TakeAsync(CancellationToken cancellationToken) => state.InTransactionAsync(TakeAsync, cancellationToken);

    internal async Task<bool> TakeAsync(StateTransaction transaction, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return await transaction.ExecuteAsync(
            "update alarm_watch set owner = @_owner, owner_until = @until, since = coalesce(since, @now) where id = 1 and (owner is null or owner = @_owner or owner_until <= @now or owner_until > @farthest)",
            new { _owner, until = (now + Length).ToUnixTimeMilliseconds(), farthest = (now + Farthest).ToUnixTimeMilliseconds(), now = now.ToUnixTimeMilliseconds() },
            cancellationToken) == 1;
    }

    /// <summary>When anything was judged for the first time, ever; null before.</summary>
    internal async Task<DateTimeOffset?> SinceAsync(CancellationToken cancellationToken) =>
        await state.ReadAsync((transaction, token) => transaction.FirstOrDefaultAsync<long?>("select since from alarm_watch where id = 1", null, token), cancellationToken) is { } since
            ? DateTimeOffset.FromUnixTimeMilliseconds(since)
            : null;

    /// <summary>So that another need not wait.</summary>
    internal async Task ReleaseAsync()
    {
        try
        {
            await state.InTransactionAsync(
                (transaction, token) => transaction.ExecuteAsync("update alarm_watch set owner = null, owner_until = 0 where id = 1 and owner = @_owner", new { _owner }, token), CancellationToken.None);
        }
        catch (Refusal)
        {
            // The state is away; the lease runs out by itself.
        }
    }
}
