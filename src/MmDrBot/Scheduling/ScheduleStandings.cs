namespace MmDrBot.Scheduling;

/// <summary>Judges schedules by their rows alone: that nobody tends them is what has to be noticed.</summary>
internal sealed class ScheduleStandings(ScheduleStore schedules, ScheduleRunStore runs, TimeProvider time)
{
    internal async Task<IReadOnlyList<ScheduleStanding>> ListAsync(CancellationToken cancellationToken)
    {
        var latest = await runs.LatestAsync(cancellationToken);
        var now = time.GetUtcNow();
        return [.. (await schedules.ListAsync(cancellationToken)).Select(schedule => Judge(schedule, latest.GetValueOrDefault(schedule.Id), now))];
    }

    internal static ScheduleStanding Judge(Schedule schedule, ScheduleRun? last, DateTimeOffset now)
    {
        if (schedule.PausedAt is not null)
        {
            return new ScheduleStanding(schedule, null, last, null, null);
        }

        var (due, _) = SchedulePlanner.Plan(schedule, now);
        var next = SchedulePlanner.Upcoming(schedule, now, 1).Select(at => (DateTimeOffset?)at).FirstOrDefault();

        // In quiet times it is not overdue, but put off.
        var isLate = due is not null && now - due.Since > SchedulePlanner.Grace && !schedule.NotDuring.Covers(now, schedule.Zone);
        return new ScheduleStanding(schedule, next, last, due?.At, isLate ? due!.Since : null);
    }
}
