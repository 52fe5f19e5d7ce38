using MmDrBot.Access;
using MmDrBot.Data;
using MmDrBot.Scheduling;

namespace MmDrBot.Features.Schedules;

/// <summary>Changes a schedule: its terms, or whether it is paused.</summary>
internal sealed class ChangeSchedule(ScheduleStore schedules, RehearseSchedule rehearse, ScheduleSignal signal, StateDatabase state, ScheduleAudit audit, TimeProvider time)
{
    /// <summary>What was due before the change and has not run is not caught up: it belongs to terms that are gone.</summary>
    /// <exception cref="Refusal">Stale: it was changed since version <paramref name="seen"/>.</exception>
    public async Task<Schedule> HandleAsync(string name, ScheduleRequest request, string? seen, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ManageSchedules);
        var before = await schedules.GetAsync(name, cancellationToken);
        before.RequireVersion(seen);
        if (request == new ScheduleRequest())
        {
            throw new Refusal(RefusalReason.Invalid, "Nothing is to be changed.", "Say what: when, zone, command, jitter, quiet times, or whether to catch up.");
        }

        var after = before.With(request) with { DecidedUntil = time.GetUtcNow() };
        var rehearsal = await rehearse.HandleAsync(after, actor, cancellationToken);
        return await WriteAsync(after with { Kind = rehearsal.Job!.Kind }, "changed", rehearsal.Alongside, actor, cancellationToken);
    }

    /// <summary>Until it is resumed, nothing is due.</summary>
    public async Task<Schedule> PauseAsync(string name, string? seen, Actor actor, CancellationToken cancellationToken)
    {
        var before = await FindAsync(name, seen, actor, cancellationToken);
        return before.PausedAt is not null ? before : await WriteAsync(before with { PausedAt = time.GetUtcNow(), PausedBy = actor.Name }, "paused", null, actor, cancellationToken);
    }

    /// <summary>What was due meanwhile is not caught up.</summary>
    public async Task<Schedule> ResumeAsync(string name, string? seen, Actor actor, CancellationToken cancellationToken)
    {
        var before = await FindAsync(name, seen, actor, cancellationToken);
        return before.PausedAt is null ? before : await WriteAsync(before with { PausedAt = null, PausedBy = null, DecidedUntil = time.GetUtcNow() }, "resumed", null, actor, cancellationToken);
    }

    public async Task<Schedule> RemoveAsync(string name, string? seen, Actor actor, CancellationToken cancellationToken)
    {
        var schedule = await FindAsync(name, seen, actor, cancellationToken);
        if (schedule.IsBuiltIn)
        {
            throw new Refusal(RefusalReason.Conflict, $"Schedule {schedule.Name} came with MmDrBot and would be made again.", $"Pause it: `schedule pause {schedule.Name}`. MMDR_Schedules__BuiltIn=false takes all built-in ones away.");
        }

        await state.InTransactionAsync((transaction, token) => DeleteAsync(transaction, schedule, actor, token), cancellationToken);
        return schedule;
    }

    private async Task DeleteAsync(StateTransaction transaction, Schedule schedule, Actor actor, CancellationToken cancellationToken)
    {
        if (!await ScheduleStore.DeleteAsync(transaction, schedule, cancellationToken))
        {
            throw ScheduleVersion.Changed(schedule.Name);
        }

        await audit.RecordAsync(transaction, actor, "removed", schedule, cancellationToken);
        transaction.AfterCommit(signal.Set);
    }

    private async Task<Schedule> FindAsync(string name, string? seen, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ManageSchedules);
        var schedule = await schedules.GetAsync(name, cancellationToken);
        schedule.RequireVersion(seen);
        return schedule;
    }

    private async Task<Schedule> WriteAsync(Schedule schedule, string what, Func<StateTransaction, CancellationToken, Task>? alongside, Actor actor, CancellationToken cancellationToken)
    {
        var changed = schedule with { ChangedAt = time.GetUtcNow() };
        await state.InTransactionAsync((transaction, token) => WriteAsync(transaction, changed, what, alongside, actor, token), cancellationToken);
        return changed with { Revision = changed.Revision + 1 };
    }

    private async Task WriteAsync(StateTransaction transaction, Schedule schedule, string what, Func<StateTransaction, CancellationToken, Task>? alongside, Actor actor, CancellationToken cancellationToken)
    {
        if (!await ScheduleStore.UpdateAsync(transaction, schedule, cancellationToken))
        {
            throw ScheduleVersion.Changed(schedule.Name);
        }

        await ScheduleRunStore.GiveUpWaitingAsync(transaction, schedule.Id, what, cancellationToken);
        if (alongside is not null)
        {
            await alongside(transaction, cancellationToken);
        }

        await audit.RecordAsync(transaction, actor, what, schedule, cancellationToken);
        transaction.AfterCommit(signal.Set);
    }
}
