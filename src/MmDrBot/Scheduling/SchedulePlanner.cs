namespace MmDrBot.Scheduling;

/// <summary>Works out from a schedule alone what is due and what comes next; knows no clock and no state.</summary>
internal static class SchedulePlanner
{
    /// <summary>What started later than so after its time was missed: nobody looked then.</summary>
    internal static readonly TimeSpan Grace = TimeSpan.FromMinutes(5);

    /// <summary>What was due longer ago counts for nothing: a clock that leapt must not cost hours of counting.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromDays(400);

    /// <summary>What is due of all that is not decided yet, and when there is more.</summary>
    internal static (DueRun? Due, DateTimeOffset? Next) Plan(Schedule schedule, DateTimeOffset now)
    {
        var (due, next) = ((DueRun?)null, (DateTimeOffset?)null);
        var from = schedule.DecidedUntil < now - Memory ? now - Memory : schedule.DecidedUntil;
        foreach (var (occurrence, at) in From(schedule, from))
        {
            if (at > now)
            {
                next = at;
                break;
            }

            due = new DueRun(occurrence, at, (due?.StandsFor ?? 0) + 1, due?.Since ?? at);
        }

        return (due, next);
    }

    /// <summary>When it starts next, as things are.</summary>
    internal static IReadOnlyList<DateTimeOffset> Upcoming(Schedule schedule, DateTimeOffset now, int count) =>
        [.. From(schedule, now).Select(item => item.At).Distinct().Take(count)];

    /// <summary>All occurrences after a time, each with the moment at which it is to start; those never go back.</summary>
    private static IEnumerable<(DateTimeOffset Occurrence, DateTimeOffset At)> From(Schedule schedule, DateTimeOffset after)
    {
        for (var occurrence = schedule.When.NextAfter(after, schedule.Zone); occurrence is { } time;)
        {
            var next = schedule.When.NextAfter(time, schedule.Zone);
            var jittered = schedule.Jitter > TimeSpan.Zero ? time + Jitter.Of(schedule.Id, time, next, schedule.Jitter) : time;
            yield return (time, schedule.NotDuring.FirstFree(jittered, schedule.Zone));
            occurrence = next;
        }
    }
}
