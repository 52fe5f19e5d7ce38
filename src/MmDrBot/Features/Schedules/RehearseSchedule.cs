using MmDrBot.Access;
using MmDrBot.Jobs;
using MmDrBot.Scheduling;

namespace MmDrBot.Features.Schedules;

/// <summary>Tries what a schedule would do, for whoever makes or changes it, without doing it.</summary>
internal sealed class RehearseSchedule(ScheduledCommands commands, TimeProvider time)
{
    /// <exception cref="Refusal">It could never run, or not as this person wants it.</exception>
    internal async Task<JobRehearsal> HandleAsync(Schedule schedule, Actor actor, CancellationToken cancellationToken)
    {
        if (SchedulePlanner.Upcoming(schedule, time.GetUtcNow(), 1).Count == 0)
        {
            throw new Refusal(RefusalReason.Invalid, $"\"{schedule.When.Text}\" never comes.", "Look at day and month.") { Faults = [new RefusalFault("When", "That never comes.")] };
        }

        var terms = new { schedule.Name, When = schedule.When.Cron, Zone = schedule.Zone.Id, schedule.Command };
        var rehearsal = new JobRehearsal($"On a schedule ({schedule.Name}: {schedule.When.Text}, {schedule.Zone.Id}), each time without asking again: ", terms);
        await commands.RehearseAsync(schedule.Command, rehearsal, actor, cancellationToken);
        return rehearsal;
    }
}
