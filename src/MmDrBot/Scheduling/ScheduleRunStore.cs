using MmDrBot.Data;

namespace MmDrBot.Scheduling;

/// <summary>What became of the occurrences of schedules.</summary>
internal sealed class ScheduleRunStore(StateDatabase database)
{
    /// <summary>So many are kept of each schedule.</summary>
    internal const int Kept = 500;

    /// <summary>False when it stands there already that the occurrence was decided.</summary>
    internal static async Task<bool> InsertAsync(StateTransaction transaction, ScheduleRun run, CancellationToken cancellationToken)
    {
        var inserted = await transaction.ExecuteAsync(
            """
            insert into schedule_runs (schedule_id, occurrence, outcome, at, stands_for, job_id, reason)
            values (@ScheduleId, @Occurrence, @Outcome, @At, @StandsFor, @JobId, @Reason)
            on conflict (schedule_id, occurrence) do update set outcome = excluded.outcome, at = excluded.at, stands_for = case when excluded.stands_for > schedule_runs.stands_for then excluded.stands_for else schedule_runs.stands_for end, job_id = excluded.job_id, reason = excluded.reason
            where schedule_runs.outcome = 'waiting'
            """,
            ScheduleRunRow.Of(run),
            cancellationToken) > 0;
        await TrimAsync(transaction, run.ScheduleId, cancellationToken);
        return inserted;
    }

    /// <summary>Of those that wait, all but the one of this occurrence are skipped: it takes their place.</summary>
    internal static Task SupersedeAsync(StateTransaction transaction, string scheduleId, DateTimeOffset by, CancellationToken cancellationToken) => transaction.ExecuteAsync(
        "update schedule_runs set outcome = 'skipped', reason = reason || ' The next run has taken its place.' where schedule_id = @scheduleId and outcome = 'waiting' and occurrence <> @by",
        new { scheduleId, by = by.ToUnixTimeMilliseconds() },
        cancellationToken);

    /// <summary>What waits is skipped, because the schedule was changed in this way.</summary>
    internal static Task GiveUpWaitingAsync(StateTransaction transaction, string scheduleId, string what, CancellationToken cancellationToken) => transaction.ExecuteAsync(
        "update schedule_runs set outcome = 'skipped', reason = reason || @words where schedule_id = @scheduleId and outcome = 'waiting'",
        new { scheduleId, words = $" Then the schedule was {what}." },
        cancellationToken);

    internal static Task<ScheduleRun?> FindWaitingAsync(StateTransaction transaction, string scheduleId, CancellationToken cancellationToken) =>
        FirstAsync(transaction, "select * from schedule_runs where schedule_id = @scheduleId and outcome = 'waiting' order by occurrence desc limit 1", new { scheduleId }, cancellationToken);

    internal static Task<ScheduleRun?> FindAsync(StateTransaction transaction, string scheduleId, DateTimeOffset occurrence, CancellationToken cancellationToken) =>
        FirstAsync(transaction, "select * from schedule_runs where schedule_id = @scheduleId and occurrence = @occurrence", new { scheduleId, occurrence = occurrence.ToUnixTimeMilliseconds() }, cancellationToken);

    /// <summary>The newest run of the schedule, where its job was interrupted and it was not put back yet; else null.</summary>
    internal static Task<ScheduleRun?> FindInterruptedAsync(StateTransaction transaction, string scheduleId, CancellationToken cancellationToken) => FirstAsync(
        transaction,
        """
        select run.* from schedule_runs as run join jobs on jobs.id = run.job_id
        where run.schedule_id = @scheduleId and run.outcome = 'started' and run.repeated = 0 and jobs.state = 'interrupted'
            and run.occurrence = (select max(occurrence) from schedule_runs where schedule_id = @scheduleId)
        """,
        new { scheduleId },
        cancellationToken);

    /// <summary>Lets an occurrence wait that was started before.</summary>
    internal static Task PutBackAsync(StateTransaction transaction, ScheduleRun run, string reason, DateTimeOffset at, CancellationToken cancellationToken) => transaction.ExecuteAsync(
        "update schedule_runs set outcome = 'waiting', repeated = 1, reason = @reason, at = @at where schedule_id = @ScheduleId and occurrence = @occurrence",
        new { run.ScheduleId, occurrence = run.Occurrence.ToUnixTimeMilliseconds(), reason, at = at.ToUnixTimeMilliseconds() },
        cancellationToken);

    /// <summary>A job of the schedule that has not ended; null: none.</summary>
    internal static Task<string?> FindLiveJobAsync(StateTransaction transaction, string scheduleId, CancellationToken cancellationToken) => transaction.FirstOrDefaultAsync<string>(
        "select jobs.id from schedule_runs join jobs on jobs.id = schedule_runs.job_id where schedule_runs.schedule_id = @scheduleId and jobs.state in ('pending', 'running') limit 1",
        new { scheduleId },
        cancellationToken);

    /// <summary>Newest first.</summary>
    internal Task<IReadOnlyList<ScheduleRun>> ListAsync(string scheduleId, int limit, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<ScheduleRun>>(
        async (transaction, token) => [.. (await transaction.QueryAsync<ScheduleRunRow>("select * from schedule_runs where schedule_id = @scheduleId order by at desc, occurrence desc limit @limit", new { scheduleId, limit }, token)).Select(row => row.ToRun())],
        cancellationToken);

    /// <summary>The newest of each schedule, by its id.</summary>
    internal async Task<IReadOnlyDictionary<string, ScheduleRun>> LatestAsync(CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync(
            (transaction, token) => transaction.QueryAsync<ScheduleRunRow>("select * from schedule_runs as run where not exists (select 1 from schedule_runs as later where later.schedule_id = run.schedule_id and (later.at > run.at or (later.at = run.at and later.occurrence > run.occurrence)))", null, token),
            cancellationToken);
        return rows.ToDictionary(row => row.ScheduleId, row => row.ToRun(), StringComparer.Ordinal);
    }

    private static Task TrimAsync(StateTransaction transaction, string scheduleId, CancellationToken cancellationToken) => transaction.ExecuteAsync(
        $"delete from schedule_runs where schedule_id = @scheduleId and occurrence <= (select occurrence from schedule_runs where schedule_id = @scheduleId order by occurrence desc limit 1 offset {Kept})",
        new { scheduleId },
        cancellationToken);

    private static async Task<ScheduleRun?> FirstAsync(StateTransaction transaction, string sql, object values, CancellationToken cancellationToken) =>
        (await transaction.FirstOrDefaultAsync<ScheduleRunRow>(sql, values, cancellationToken))?.ToRun();
}
