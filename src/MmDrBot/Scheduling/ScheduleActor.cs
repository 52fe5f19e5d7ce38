using System.Collections.Frozen;
using MmDrBot.Access;

namespace MmDrBot.Scheduling;

/// <summary>Who acts when a schedule is due: the schedule, with the name of whoever made it.</summary>
internal static class ScheduleActor
{
    private static readonly FrozenSet<Permission> All = Enum.GetValues<Permission>().ToFrozenSet();

    /// <summary>What its maker may do was judged when it was made or changed; from then on it is the service's.</summary>
    internal static Actor Of(Schedule schedule) => new($"schedule:{schedule.Name} (by {schedule.CreatedBy})", Door.Schedule, All) { Zone = schedule.Zone, RequestId = Reference.New() };
}
