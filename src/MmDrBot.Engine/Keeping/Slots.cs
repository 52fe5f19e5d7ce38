using System.Globalization;

namespace MmDrBot.Engine.Keeping;

/// <summary>The slots of one rule for one group of restore points, filled from the newest on.</summary>
internal static class Slots
{
    private static readonly (string Name, string Unit, Func<RetentionRule, int> Count, Func<DateTimeOffset, string> Place)[] Kinds =
    [
        ("hourly", "hours", rule => rule.Hourly, at => at.ToString("yyyy-MM-dd HH':00' zzz", CultureInfo.InvariantCulture)),
        ("daily", "days", rule => rule.Daily, at => at.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
        ("weekly", "weeks", rule => rule.Weekly, at => string.Create(CultureInfo.InvariantCulture, $"{ISOWeek.GetYear(at.DateTime):0000}-W{ISOWeek.GetWeekOfYear(at.DateTime):00}")),
        ("monthly", "months", rule => rule.Monthly, at => at.ToString("yyyy-MM", CultureInfo.InvariantCulture)),
        ("yearly", "years", rule => rule.Yearly, at => at.ToString("yyyy", CultureInfo.InvariantCulture)),
    ];

    /// <summary>Fills them.</summary>
    /// <param name="rule">Not empty.</param>
    /// <param name="zone">In which places in time are told apart.</param>
    /// <param name="group">Newest first, not empty.</param>
    /// <param name="keep">Gets why one is kept.</param>
    /// <param name="pass">Gets why one is not kept by a part of the rule.</param>
    internal static void Fill(RetentionRule rule, TimeZoneInfo zone, IReadOnlyList<Candidate> group, Action<Candidate, string> keep, Action<Candidate, string> pass)
    {
        FillLast(rule, group, keep, pass);
        FillWithin(rule, group, keep, pass);
        foreach (var (name, unit, count, place) in Kinds.Where(kind => kind.Count(rule) > 0))
        {
            FillPlaces(name, unit, count(rule), [.. group.GroupBy(candidate => place(TimeZoneInfo.ConvertTime(candidate.Point.CreatedAt, zone)))], keep, pass);
        }
    }

    /// <summary>Damaged ones stay beside the good ones, and take no slot from them.</summary>
    private static void FillLast(RetentionRule rule, IReadOnlyList<Candidate> group, Action<Candidate, string> keep, Action<Candidate, string> pass)
    {
        var taken = 0;
        foreach (var candidate in rule.Last > 0 ? group : [])
        {
            if (taken >= rule.Last)
            {
                pass(candidate, $"not among the last {rule.Last}");
                continue;
            }

            keep(candidate, candidate.Worth == 0 ? "damaged, and takes no slot" : $"last {++taken} of {rule.Last}");
        }
    }

    private static void FillWithin(RetentionRule rule, IReadOnlyList<Candidate> group, Action<Candidate, string> keep, Action<Candidate, string> pass)
    {
        if (rule.Within is not { } within)
        {
            return;
        }

        var newest = group[0].Point.CreatedAt;
        foreach (var candidate in group)
        {
            var isWithin = newest - candidate.Point.CreatedAt <= within;
            (isWithin ? keep : pass)(candidate, isWithin ? $"within {Text(within)}" : $"more than {Text(within)} before the newest");
        }
    }

    private static void FillPlaces(string name, string unit, int count, IReadOnlyList<IGrouping<string, Candidate>> places, Action<Candidate, string> keep, Action<Candidate, string> pass)
    {
        var taken = 0;
        foreach (var place in places)
        {
            if (taken >= count)
            {
                place.ToList().ForEach(candidate => pass(candidate, $"{name}: past the last {count} {unit} that have one"));
                continue;
            }

            var best = place.MaxBy(candidate => candidate.Worth)!;
            keep(best, best.Worth == 0 ? $"{name}: damaged, but all that there is of {place.Key}" : $"{name} {++taken} of {count} ({place.Key})");
            place.Where(candidate => candidate != best).ToList().ForEach(candidate => pass(candidate, $"{name}: {best.Point.Id.ToString()[..8]} is kept for {place.Key}"));
        }
    }

    private static string Text(TimeSpan time) =>
        time.Ticks % TimeSpan.TicksPerDay == 0 ? string.Create(CultureInfo.InvariantCulture, $"{time.Days} {(time.Days == 1 ? "day" : "days")}")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0.##} hours");
}
