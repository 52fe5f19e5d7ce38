using FluentValidation;
using MmDrBot.Access;
using MmDrBot.Audit;
using MmDrBot.Data;
using MmDrBot.Jobs;
using MmDrBot.Scheduling;
using MmDrBot.Settings;

namespace MmDrBot.Features.Schedules;

/// <summary>Puts a command on a schedule.</summary>
internal sealed class AddSchedule(IValidator<NewScheduleRequest> validator, RehearseSchedule rehearse, ScheduleSignal signal, StateDatabase state, ScheduleAudit audit, AppSettings settings, TimeProvider time)
{
    private const int Most = 200;

    public async Task<Schedule> HandleAsync(NewScheduleRequest request, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ManageSchedules);
        validator.RequireValid(request);
        var now = time.GetUtcNow();
        var draft = new Schedule
        {
            Id = TimedId.New(now),
            Name = request.Name,
            When = Timing.Parse(request.Terms.When),
            Zone = Zones.Find(settings.Schedules.TimeZone is { Length: > 0 } zone ? zone : Zones.NameOf(actor.Zone)),
            Command = "",
            Kind = "",
            NotDuring = QuietTimes.Parse(null),
            CreatedBy = actor.Name,
            CreatedAt = now,
            ChangedAt = now,
            DecidedUntil = now,
        };
        var schedule = draft.With(request.Terms);
        var rehearsal = await rehearse.HandleAsync(schedule, actor, cancellationToken);
        schedule = schedule with { Kind = rehearsal.Job!.Kind };
        await state.InTransactionAsync((transaction, token) => InsertAsync(transaction, schedule, rehearsal, actor, token), cancellationToken);
        return schedule;
    }

    private async Task InsertAsync(StateTransaction transaction, Schedule schedule, JobRehearsal rehearsal, Actor actor, CancellationToken cancellationToken)
    {
        if ((await ScheduleStore.ListAsync(transaction, cancellationToken)).Count >= Most)
        {
            throw new Refusal(RefusalReason.Conflict, $"There are {Most} schedules already, which is the most.", "`schedule remove` takes one away.");
        }

        if (!await ScheduleStore.InsertAsync(transaction, schedule, cancellationToken))
        {
            throw new Refusal(RefusalReason.Conflict, $"There is a schedule {schedule.Name} already.", $"Give another name, or change it: `schedule change {schedule.Name}`.");
        }

        await rehearsal.Alongside(transaction, cancellationToken);
        await audit.RecordAsync(transaction, actor, "added", schedule, cancellationToken);
        transaction.AfterCommit(signal.Set);
    }
}
