using MmDrBot.Access;
using MmDrBot.Data;

namespace MmDrBot.Scheduling;

/// <summary>The rows of schedules.</summary>
internal sealed class ScheduleStore(StateDatabase database)
{
    private const string Columns = "id, name, timing, zone, command, kind, catches_up, jitter_seconds, not_during, paused_at, paused_by, built_in, created_by, created_at, changed_at, revision, decided_until";

    /// <summary>False when the name is taken.</summary>
    internal static async Task<bool> InsertAsync(StateTransaction transaction, Schedule schedule, CancellationToken cancellationToken) =>
        await transaction.ExecuteAsync(
            $"""
            insert into schedules ({Columns})
            values (@Id, @Name, @Timing, @Zone, @Command, @Kind, @CatchesUp, @JitterSeconds, @NotDuring, @PausedAt, @PausedBy, @BuiltIn, @CreatedBy, @CreatedAt, @ChangedAt, @Revision, @DecidedUntil)
            on conflict (name) do nothing
            """,
            ScheduleRow.Of(schedule),
            cancellationToken) > 0;

    /// <summary>By name.</summary>
    internal Task<IReadOnlyList<Schedule>> ListAsync(CancellationToken cancellationToken) => database.ReadAsync(ListAsync, cancellationToken);

    internal static async Task<IReadOnlyList<Schedule>> ListAsync(StateTransaction transaction, CancellationToken cancellationToken) =>
        [.. (await transaction.QueryAsync<ScheduleRow>("select * from schedules order by name", null, cancellationToken)).Select(row => row.ToSchedule())];

    /// <exception cref="Refusal">NotFound.</exception>
    internal Task<Schedule> GetAsync(string name, CancellationToken cancellationToken) => database.ReadAsync((transaction, token) => GetAsync(transaction, name, token), cancellationToken);

    /// <inheritdoc cref="GetAsync(string, CancellationToken)"/>
    internal static async Task<Schedule> GetAsync(StateTransaction transaction, string name, CancellationToken cancellationToken)
    {
        var wanted = name.Trim().ToLowerInvariant();
        var row = await transaction.FirstOrDefaultAsync<ScheduleRow>("select * from schedules where name = @wanted", new { wanted }, cancellationToken);
        return row?.ToSchedule() ?? throw new Refusal(RefusalReason.NotFound, wanted.Length == 0 ? "The name of the schedule is missing." : $"There is no schedule {wanted}.", "`schedules` lists them.");
    }

    /// <summary>Writes all but how far it is decided back, one revision on; false when another change came first.</summary>
    internal static async Task<bool> UpdateAsync(StateTransaction transaction, Schedule schedule, CancellationToken cancellationToken) =>
        await transaction.ExecuteAsync(
            """
            update schedules set name = @Name, timing = @Timing, zone = @Zone, command = @Command, kind = @Kind, catches_up = @CatchesUp, jitter_seconds = @JitterSeconds,
                not_during = @NotDuring, paused_at = @PausedAt, paused_by = @PausedBy, changed_at = @ChangedAt, decided_until = @DecidedUntil, revision = revision + 1
            where id = @Id and revision = @Revision
            """,
            ScheduleRow.Of(schedule),
            cancellationToken) > 0;

    /// <summary>With what is known of its runs; their jobs stay.</summary>
    internal static async Task<bool> DeleteAsync(StateTransaction transaction, Schedule schedule, CancellationToken cancellationToken)
    {
        await transaction.ExecuteAsync("delete from schedule_runs where schedule_id = @Id", new { schedule.Id }, cancellationToken);
        return await transaction.ExecuteAsync("delete from schedules where id = @Id and revision = @Revision", new { schedule.Id, schedule.Revision }, cancellationToken) > 0;
    }

    /// <summary>
    /// Settles what was due up to a time, for the one who saw the row as it is: of replicas that come at once one gets true, and the
    /// others wait here until its transaction has ended.
    /// </summary>
    internal static async Task<bool> TryDecideAsync(StateTransaction transaction, Schedule seen, DateTimeOffset until, CancellationToken cancellationToken) =>
        await transaction.ExecuteAsync(
            "update schedules set decided_until = @until where id = @Id and revision = @Revision and decided_until = @before",
            new { seen.Id, seen.Revision, until = until.ToUnixTimeMilliseconds(), before = seen.DecidedUntil.ToUnixTimeMilliseconds() },
            cancellationToken) > 0;
}
