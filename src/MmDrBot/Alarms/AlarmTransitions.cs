namespace MmDrBot.Alarms;

/// <summary>A change of one alarm, and what is told of it.</summary>
internal sealed record AlarmChange(RaisedAlarm Alarm, AlarmEvent? Told);

/// <summary>Decides what a judgement means for the alarms of its source: a policy without effects.</summary>
internal static class AlarmTransitions
{
    /// <param name="source">Whose judgement.</param>
    /// <param name="judgement">What it found.</param>
    /// <param name="known">The source's alarms that are open, and those resolved lately.</param>
    /// <param name="now">The time.</param>
    /// <param name="flapWithin">What comes back within this time counts as coming and going.</param>
    internal static IEnumerable<AlarmChange> Decide(string source, AlarmJudgement judgement, IReadOnlyList<RaisedAlarm> known, DateTimeOffset now, TimeSpan flapWithin)
    {
        var latest = known.GroupBy(raised => raised.Alarm.Key).ToDictionary(group => group.Key, group => group.MaxBy(raised => raised.ResolvedAt ?? DateTimeOffset.MaxValue)!);
        var found = judgement.Obstacle is null ? judgement.Alarms.DistinctBy(alarm => alarm.Key).ToDictionary(alarm => alarm.Key) : [];
        foreach (var alarm in found.Values)
        {
            yield return Found(source, alarm, latest.GetValueOrDefault(alarm.Key), now, flapWithin);
        }

        foreach (var raised in latest.Values.Where(raised => raised.IsOpen && !found.ContainsKey(raised.Alarm.Key) && !judgement.Keeps(raised.Alarm.Key)))
        {
            if (Missing(raised, now, flapWithin) is { } change)
            {
                yield return change;
            }
        }
    }

    private static AlarmChange Found(string source, Alarm alarm, RaisedAlarm? before, DateTimeOffset now, TimeSpan flapWithin)
    {
        if (before is null || (before.ResolvedAt is { } resolved && now - resolved >= flapWithin))
        {
            return new AlarmChange(RaisedAlarm.Raise(source, alarm, now), AlarmEvent.Opened);
        }

        var seen = before with { Alarm = alarm, SeenAt = now, GoneAt = null };
        if (!before.IsOpen)
        {
            return new AlarmChange(seen with { ResolvedAt = null, Returns = before.Returns + 1, ToldAt = now }, AlarmEvent.Back);
        }

        seen = before.GoneAt is null ? seen : seen with { Returns = before.Returns + 1 };
        return alarm.Severity > before.Alarm.Severity
            ? new AlarmChange(seen with { AcknowledgedAt = null, AcknowledgedBy = null, Note = null, ToldAt = now }, AlarmEvent.Worse)
            : new AlarmChange(seen, null);
    }

    /// <summary>The last thing that was said must be true: what comes and goes stays open until it has stayed away.</summary>
    private static AlarmChange? Missing(RaisedAlarm raised, DateTimeOffset now, TimeSpan flapWithin)
    {
        if (raised.Returns == 0 || now - raised.GoneAt >= flapWithin)
        {
            return new AlarmChange(raised with { ResolvedAt = now, GoneAt = null }, AlarmEvent.Resolved);
        }

        return raised.GoneAt is null ? new AlarmChange(raised with { GoneAt = now }, null) : null;
    }
}
