using MmDrBot.Access;
using MmDrBot.Data;

namespace MmDrBot.Alarms;

/// <summary>The rows of alarms.</summary>
internal sealed class AlarmStore(StateDatabase state)
{
    private const string Upsert =
        """
        insert into alarms (id, source, alarm_key, kind, severity, subject, message, cure, opened_at, seen_at, told_at, acknowledged_at, acknowledged_by, note, gone_at, resolved_at, returns)
        values (@Id, @Source, @Key, @Kind, @Severity, @Subject, @Message, @Cure, @OpenedAt, @SeenAt, @ToldAt, @AcknowledgedAt, @AcknowledgedBy, @Note, @GoneAt, @ResolvedAt, @Returns)
        on conflict (id) do update set severity = excluded.severity, message = excluded.message, cure = excluded.cure, seen_at = excluded.seen_at, told_at = excluded.told_at,
            acknowledged_at = excluded.acknowledged_at, acknowledged_by = excluded.acknowledged_by, note = excluded.note,
            gone_at = excluded.gone_at, resolved_at = excluded.resolved_at, returns = excluded.returns
        """;

    internal static Task SaveAsync(StateTransaction transaction, RaisedAlarm raised, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync(Upsert, AlarmRow.Values(raised), cancellationToken);

    /// <summary>Those of one source that are open, or were resolved since then. They are held until the transaction ends.</summary>
    internal static Task<IReadOnlyList<RaisedAlarm>> OfSourceAsync(StateTransaction transaction, string source, DateTimeOffset since, CancellationToken cancellationToken) => ListAsync(
        transaction,
        $"select * from alarms where source = @source and (resolved_at is null or resolved_at > @since) order by opened_at {transaction.ForUpdate}",
        new { source, since = since.ToUnixTimeMilliseconds() },
        cancellationToken);

    /// <summary>When alarms of one key, open or resolved, were last acknowledged; null: never.</summary>
    internal async Task<IReadOnlyDictionary<string, DateTimeOffset>> LastAcknowledgedAsync(string source, CancellationToken cancellationToken) =>
        (await state.ReadAsync((transaction, token) => transaction.QueryAsync<(string Key, long At)>("select alarm_key, max(acknowledged_at) from alarms where source = @source and acknowledged_at is not null group by alarm_key", new { source }, token), cancellationToken))
            .ToDictionary(row => row.Key, row => DateTimeOffset.FromUnixTimeMilliseconds(row.At));

    /// <summary>The worst first, then the oldest.</summary>
    internal Task<IReadOnlyList<RaisedAlarm>> ListOpenAsync(CancellationToken cancellationToken) => state.ReadAsync(ListOpenAsync, cancellationToken);

    internal static Task<IReadOnlyList<RaisedAlarm>> ListOpenAsync(StateTransaction transaction, CancellationToken cancellationToken) =>
        ListAsync(transaction, "select * from alarms where resolved_at is null order by severity, opened_at, id", null, cancellationToken);

    /// <summary>Resolved ones too, newest first; those behind the one with this id, or all.</summary>
    /// <returns>Null when there is none with this id.</returns>
    internal Task<IReadOnlyList<RaisedAlarm>?> ListAllAsync(int limit, string? after, CancellationToken cancellationToken) => state.ReadAsync<IReadOnlyList<RaisedAlarm>?>(
        async (transaction, token) =>
        {
            var last = after is null ? long.MaxValue : await transaction.FirstOrDefaultAsync<long?>("select opened_at from alarms where id = @after", new { after }, token);
            return last is null ? null : await ListAsync(transaction, "select * from alarms where opened_at < @last or (opened_at = @last and id < @after) order by opened_at desc, id desc limit @limit", new { last, after = after ?? "", limit }, token);
        },
        cancellationToken);

    /// <param name="idOrPrefix">The id, or its beginning as far as no other id has the same.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="Refusal">NotFound, or Invalid where several ids begin so.</exception>
    internal Task<RaisedAlarm> GetAsync(string idOrPrefix, CancellationToken cancellationToken) =>
        state.ReadAsync((transaction, token) => GetAsync(transaction, idOrPrefix, "", token), cancellationToken);

    /// <summary>The same; it is held until the transaction ends.</summary>
    internal static Task<RaisedAlarm> HoldAsync(StateTransaction transaction, string idOrPrefix, CancellationToken cancellationToken) =>
        GetAsync(transaction, idOrPrefix, transaction.ForUpdate, cancellationToken);

    private static async Task<RaisedAlarm> GetAsync(StateTransaction transaction, string idOrPrefix, string rowLock, CancellationToken cancellationToken)
    {
        var start = idOrPrefix.Trim().ToLowerInvariant();
        if (start is "" or "al-")
        {
            throw new Refusal(RefusalReason.Invalid, "The id of the alarm is missing.", "`alarms` lists those that are open, with their ids.");
        }

        start = start.StartsWith("al-", StringComparison.Ordinal) ? start : "al-" + start;
        var found = await ListAsync(transaction, $"select * from alarms where substr(id, 1, @length) = @start limit 2 {rowLock}", new { start, length = start.Length }, cancellationToken);
        return found.Count switch
        {
            1 => found[0],
            0 => throw new Refusal(RefusalReason.NotFound, $"There is no alarm {start}.", "`alarms --all` lists them with their ids."),
            _ => throw new Refusal(RefusalReason.Invalid, $"More than one alarm's id begins with \"{start}\".", "Give more of the id."),
        };
    }

    /// <summary>Forgets what was resolved before then.</summary>
    internal static async Task ForgetAsync(StateTransaction transaction, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var values = new { before = before.ToUnixTimeMilliseconds() };
        await transaction.ExecuteAsync("delete from alarm_tellings where alarm_id in (select id from alarms where resolved_at < @before)", values, cancellationToken);
        await transaction.ExecuteAsync("delete from alarms where resolved_at < @before", values, cancellationToken);
    }

    private static async Task<IReadOnlyList<RaisedAlarm>> ListAsync(StateTransaction transaction, string sql, object? values, CancellationToken cancellationToken) =>
        [.. (await transaction.QueryAsync<AlarmRow>(sql, values, cancellationToken)).Select(row => row.ToAlarm())];
}
