using System.Text.Json;
using MmDrBot.Access;
using MmDrBot.Audit;
using MmDrBot.Data;
using MmDrBot.Jobs;
using MmDrBot.Scheduling;

namespace MmDrBot.Features.Schedules;

/// <summary>Records a change of a schedule, in the transaction of the change.</summary>
internal sealed class ScheduleAudit(AuditLog audit, TimeProvider time)
{
    internal Task RecordAsync(StateTransaction transaction, Actor actor, string what, Schedule schedule, CancellationToken cancellationToken)
    {
        var detail = new
        {
            when = schedule.When.Text,
            zone = schedule.Zone.Id,
            command = schedule.Command,
            catchUp = schedule.CatchesUp,
            jitter = Jitter.Text(schedule.Jitter),
            notDuring = schedule.NotDuring.Text,
            paused = schedule.PausedAt is not null,
        };
        var entry = AuditEntry.By(actor, time.GetUtcNow(), $"schedule.{what}", schedule.Name, AuditOutcome.Succeeded);
        return audit.AppendAsync(transaction, entry with { DetailJson = JsonSerializer.Serialize(detail, JobLauncher.Json) }, cancellationToken);
    }
}
