using MmDrBot.Access;
using MmDrBot.Data;
using MmDrBot.Jobs;

namespace MmDrBot.Alarms;

/// <summary>
/// The outbox: what is to be told is written in the transaction of the alarm's change, so nothing that happened stays unsaid; it is marked
/// when it was told, so a crash in between tells it twice.
/// </summary>
internal sealed class AlarmTellings(StateDatabase state)
{
    /// <summary>What could not be told in this time is given up.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromDays(7);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(30);

    internal static Task AddAsync(StateTransaction transaction, string alarmId, string way, AlarmEvent what, DateTimeOffset now, CancellationToken cancellationToken) => transaction.ExecuteAsync(
        "insert into alarm_tellings (id, alarm_id, way, event, created_at, next_at) values (@id, @alarmId, @way, @what, @now, @now)",
        new { id = TimedId.New(now), alarmId, way, what = EnumText.Of(what), now = now.ToUnixTimeMilliseconds() },
        cancellationToken);

    /// <summary>Those that are not told yet, in the order in which they came up. Those of one way keep their order.</summary>
    internal Task<IReadOnlyList<AlarmTelling>> WaitingAsync(CancellationToken cancellationToken) =>
        ListAsync("select * from alarm_tellings where next_at is not null order by created_at, id", null, cancellationToken);

    internal Task<IReadOnlyList<AlarmTelling>> OfAsync(string alarmId, CancellationToken cancellationToken) =>
        ListAsync("select * from alarm_tellings where alarm_id = @alarmId order by created_at, id", new { alarmId }, cancellationToken);

    /// <summary>Ways on which nothing gets through, with the first failure that waits there and what was said last.</summary>
    internal async Task<IReadOnlyList<AlarmTelling>> StuckAsync(int attempts, CancellationToken cancellationToken) =>
        [.. (await ListAsync("select * from alarm_tellings where next_at is not null and attempts >= @attempts order by created_at, id", new { attempts }, cancellationToken)).DistinctBy(telling => telling.Way)];

    internal Task ToldAsync(string id, string? reference, DateTimeOffset now, CancellationToken cancellationToken) => state.InTransactionAsync(
        (transaction, token) => transaction.ExecuteAsync(
            "update alarm_tellings set told_at = @now, next_at = null, attempts = attempts + 1, reference = @reference, last_error = null where id = @id",
            new { id, reference, now = now.ToUnixTimeMilliseconds() },
            token),
        cancellationToken);

    /// <summary>Whether it has to wait; what would wait longer than there are pauses was put off by a clock that was ahead.</summary>
    internal static bool IsEarly(AlarmTelling telling, DateTimeOffset now) => telling.NextAt > now && telling.NextAt <= now + LongestPause;

    internal Task FailedAsync(AlarmTelling telling, string error, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var pause = TimeSpan.FromTicks(Math.Min(FirstPause.Ticks << Math.Min(telling.Attempts, 10), LongestPause.Ticks));
        long? next = now - telling.CreatedAt >= Patience ? null : (now + pause).ToUnixTimeMilliseconds();
        return state.InTransactionAsync(
            (transaction, token) => transaction.ExecuteAsync("update alarm_tellings set attempts = attempts + 1, next_at = @next, last_error = @error where id = @Id", new { telling.Id, next, error }, token), cancellationToken);
    }

    private async Task<IReadOnlyList<AlarmTelling>> ListAsync(string sql, object? values, CancellationToken cancellationToken) =>
        [.. (await state.ReadAsync((transaction, token) => transaction.QueryAsync<Row>(sql, values, token), cancellationToken)).Select(row => row.ToTelling())];

    private sealed class Row
    {
        public string Id { get; init; } = "";

        public string AlarmId { get; init; } = "";

        public string Way { get; init; } = "";

        public string Event { get; init; } = "";

        public long Attempts { get; init; }

        public long CreatedAt { get; init; }

        public long? NextAt { get; init; }

        public string? Reference { get; init; }

        public string? LastError { get; init; }

        internal AlarmTelling ToTelling() => new()
        {
            Id = Id,
            AlarmId = AlarmId,
            Way = Way,
            Event = EnumText.Parse<AlarmEvent>(Event),
            Attempts = (int)Attempts,
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
            NextAt = NextAt is { } next ? DateTimeOffset.FromUnixTimeMilliseconds(next) : null,
            Reference = Reference,
            LastError = LastError,
        };
    }
}
