using System.Text.Json;
using MmDrBot.Access;
using MmDrBot.Audit;
using MmDrBot.Data;
using MmDrBot.Jobs;

namespace MmDrBot.Scheduling;

/// <summary>Writes down what becomes of an occurrence.</summary>
internal sealed class ScheduleDecisions(StateDatabase state, AuditLog audit, TimeProvider time)
{
    /// <summary>Shorter than what lies between two occurrences.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    /// <summary>Takes the occurrence for the caller's transaction.</summary>
    /// <exception cref="OccurrenceTakenException">Somebody else has it, or it has run before.</exception>
    /// <exception cref="Refusal">Locked: the run before has not ended.</exception>
    internal async Task TakeAsync(StateTransaction transaction, Schedule schedule, DueRun due, CancellationToken cancellationToken)
    {
        var isOurs = await ScheduleStore.TryDecideAsync(transaction, schedule, due.Occurrence, cancellationToken);
        if (!isOurs || await ScheduleRunStore.FindAsync(transaction, schedule.Id, due.Occurrence, cancellationToken) is { Outcome: not RunOutcome.Waiting })
        {
            throw new OccurrenceTakenException();
        }

        if (await ScheduleRunStore.FindLiveJobAsync(transaction, schedule.Id, cancellationToken) is { } job)
        {
            throw new Refusal(RefusalReason.Locked, $"The run before is still at work (job {job}).");
        }
    }

    internal async Task RecordAsync(StateTransaction transaction, Schedule schedule, DueRun due, Job job, string? note, CancellationToken cancellationToken)
    {
        await ScheduleRunStore.SupersedeAsync(transaction, schedule.Id, due.Occurrence, cancellationToken);
        await ScheduleRunStore.InsertAsync(transaction, RunOf(schedule, due, RunOutcome.Started) with { JobId = job.Id, Reason = note }, cancellationToken);
    }

    /// <summary>Skipped, or failed for good: it is not tried again. Audited.</summary>
    internal Task DecideAsync(Schedule schedule, DueRun due, RunOutcome outcome, string reason, CancellationToken cancellationToken) => state.InTransactionAsync(
        async (transaction, token) =>
        {
            if (!await ScheduleStore.TryDecideAsync(transaction, schedule, due.Occurrence, token))
            {
                return;
            }

            await ScheduleRunStore.SupersedeAsync(transaction, schedule.Id, due.Occurrence, token);
            if (await ScheduleRunStore.InsertAsync(transaction, RunOf(schedule, due, outcome) with { Reason = reason }, token))
            {
                await AuditAsync(transaction, schedule, outcome, reason, token);
            }
        },
        cancellationToken);

    /// <summary>It stays due, and the next look tries it again.</summary>
    internal Task HoldAsync(Schedule schedule, DueRun due, string reason, CancellationToken cancellationToken) => state.InTransactionAsync(
        async (transaction, token) =>
        {
            // Changes nothing, but only the one who saw the row as it is goes on.
            if (await ScheduleStore.TryDecideAsync(transaction, schedule, schedule.DecidedUntil, token))
            {
                await ScheduleRunStore.SupersedeAsync(transaction, schedule.Id, due.Occurrence, token);
                await ScheduleRunStore.InsertAsync(transaction, RunOf(schedule, due, RunOutcome.Waiting) with { Reason = reason }, token);
            }
        },
        cancellationToken);

    /// <summary>Goes on behind an occurrence that has run before: the clock went back since.</summary>
    internal Task PassOverAsync(Schedule schedule, DueRun due, CancellationToken cancellationToken) => state.InTransactionAsync(
        async (transaction, token) =>
        {
            if (await ScheduleRunStore.FindAsync(transaction, schedule.Id, due.Occurrence, token) is { Outcome: not RunOutcome.Waiting })
            {
                await ScheduleStore.TryDecideAsync(transaction, schedule, due.Occurrence, token);
            }
        },
        cancellationToken);

    /// <summary>Puts the newest run back where its job was interrupted, once: a restart of the service in the night must not cost the night's backup.</summary>
    /// <returns>False: there is none.</returns>
    internal async Task<bool> PutBackAsync(Schedule schedule, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (await state.ReadAsync((transaction, token) => ScheduleRunStore.FindInterruptedAsync(transaction, schedule.Id, token), cancellationToken) is not { } run || !IsStillWanted(schedule, run, now))
        {
            return false;
        }

        return await state.InTransactionAsync(
            async (transaction, token) =>
            {
                var isOurs = await ScheduleStore.TryDecideAsync(transaction, schedule, run.Occurrence - Moment, token);
                if (isOurs)
                {
                    await ScheduleRunStore.PutBackAsync(transaction, run, $"Job {run.JobId} was interrupted.", now, token);
                }

                return isOurs;
            },
            cancellationToken);
    }

    /// <summary>A run by hand is its person's; where what is missed is skipped, nothing starts late.</summary>
    private static bool IsStillWanted(Schedule schedule, ScheduleRun run, DateTimeOffset now) =>
        schedule.When.NextAfter(run.Occurrence - Moment, schedule.Zone) == run.Occurrence && (schedule.CatchesUp || now - run.Occurrence <= SchedulePlanner.Grace);

    private ScheduleRun RunOf(Schedule schedule, DueRun due, RunOutcome outcome) => new(schedule.Id, due.Occurrence, outcome, time.GetUtcNow()) { StandsFor = due.StandsFor };

    private Task AuditAsync(StateTransaction transaction, Schedule schedule, RunOutcome outcome, string reason, CancellationToken cancellationToken)
    {
        var entry = AuditEntry.By(ScheduleActor.Of(schedule), time.GetUtcNow(), $"schedule.run_{EnumText.Of(outcome)}", schedule.Name, outcome is RunOutcome.Failed ? AuditOutcome.Failed : AuditOutcome.Succeeded);
        return audit.AppendAsync(transaction, entry with { DetailJson = JsonSerializer.Serialize(new { reason }) }, cancellationToken);
    }
}
