using MmDrBot.Access;
using MmDrBot.Data;
using MmDrBot.Jobs;

namespace MmDrBot.Scheduling;

/// <summary>
/// Decides what becomes of what is due on one schedule: started, put off, skipped. The job, what is on record of the occurrence and how far
/// the schedule is decided are one transaction; whoever comes second, or dies in the middle, has changed nothing.
/// </summary>
internal sealed partial class ScheduleRunner(ScheduledCommands commands, ScheduleDecisions decisions, StateDatabase state, TimeProvider time, ILogger<ScheduleRunner> logger)
{
    /// <returns>When to look again at the latest; null: nothing comes.</returns>
    internal async Task<DateTimeOffset?> TendAsync(Schedule schedule, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (schedule.DecidedUntil > now + SchedulePlanner.Grace)
        {
            // Decided by a clock that was ahead.
            Log.ClockWentBack(logger, schedule.Name, schedule.DecidedUntil);
            await state.InTransactionAsync((transaction, token) => ScheduleStore.TryDecideAsync(transaction, schedule, now, token), cancellationToken);
            return now;
        }

        var (due, next) = SchedulePlanner.Plan(schedule, now);
        if (due is null)
        {
            return await decisions.PutBackAsync(schedule, cancellationToken) ? now : next;
        }

        if (schedule.NotDuring.Covers(now, schedule.Zone))
        {
            return schedule.NotDuring.FirstFree(now, schedule.Zone);
        }

        await SettleAsync(schedule, due, now, cancellationToken);
        return next;
    }

    private async Task SettleAsync(Schedule schedule, DueRun due, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var waiting = await state.ReadAsync((transaction, token) => ScheduleRunStore.FindWaitingAsync(transaction, schedule.Id, token), cancellationToken);
        var late = now - due.At > SchedulePlanner.Grace && !IsHeldUp(waiting, due, now);
        var missed = late ? $"Missed at {due.At.UtcDateTime:yyyy-MM-dd HH:mm} UTC: no service looked then." : null;
        if (late && !schedule.CatchesUp)
        {
            await decisions.DecideAsync(schedule, due, RunOutcome.Skipped, missed!, cancellationToken);
            Log.Skipped(logger, schedule.Name, missed!);
            return;
        }

        var again = waiting is { IsRepeated: true } && waiting.Occurrence == due.Occurrence ? "Started again: its job was interrupted." : null;
        await StartAsync(schedule, due, missed is null ? again : $"{missed} Caught up.", cancellationToken);
    }

    /// <summary>What waits for something else to end was not missed, as long as somebody goes on looking.</summary>
    private static bool IsHeldUp(ScheduleRun? waiting, DueRun due, DateTimeOffset now) =>
        waiting is not null && now - waiting.At <= SchedulePlanner.Grace && due.Occurrence >= waiting.Occurrence;

    private async Task StartAsync(Schedule schedule, DueRun due, string? note, CancellationToken cancellationToken)
    {
        var launch = new JobLaunch
        {
            Alongside = (transaction, token) => decisions.TakeAsync(transaction, schedule, due, token),
            Recorded = (transaction, job, token) => decisions.RecordAsync(transaction, schedule, due, job, note, token),
        };
        try
        {
            var jobs = new ScheduledJobs(launch);
            await commands.RunAsync(schedule.Command, ScheduleActor.Of(schedule), jobs, cancellationToken);
            Log.Started(logger, schedule.Name, jobs.Launched?.Id);
        }
        catch (OccurrenceTakenException)
        {
            await decisions.PassOverAsync(schedule, due, cancellationToken);
        }
        catch (Refusal busy) when (busy.Reason is RefusalReason.Locked)
        {
            await decisions.HoldAsync(schedule, due, busy.Message, cancellationToken);
        }
        catch (Exception failure) when (failure is not (OperationCanceledException or Refusal { Reason: RefusalReason.Unavailable }))
        {
            await FailAsync(schedule, due, failure, cancellationToken);
        }
    }

    private async Task FailAsync(Schedule schedule, DueRun due, Exception failure, CancellationToken cancellationToken)
    {
        var reference = Reference.New();
        Log.Failed(logger, failure, schedule.Name, reference);
        var reason = failure is Refusal refusal ? $"{refusal.Message} {refusal.Hint}".TrimEnd() : $"Something went wrong inside MmDrBot; the log has the details under {reference}.";
        await decisions.DecideAsync(schedule, due, RunOutcome.Failed, reason, cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "Schedule {Schedule} has started job {JobId}.")]
        public static partial void Started(ILogger logger, string schedule, string? jobId);

        [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "A run of schedule {Schedule} is skipped: {Reason}")]
        public static partial void Skipped(ILogger logger, string schedule, string reason);

        [LoggerMessage(EventId = 3, Level = LogLevel.Error, Message = "Schedule {Schedule} was due and could not start ({Reference}).")]
        public static partial void Failed(ILogger logger, Exception exception, string schedule, string reference);

        [LoggerMessage(EventId = 4, Level = LogLevel.Warning, Message = "Schedule {Schedule} is decided until {Until}, which lies ahead: the clock was wrong. It is looked at anew from now on; nothing that ran runs again.")]
        public static partial void ClockWentBack(ILogger logger, string schedule, DateTimeOffset until);
    }
}
