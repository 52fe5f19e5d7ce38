namespace MmDrBot.Tests.Year;

/// <summary>When a clock on the wall shows a time, worked out from the time zone's rules alone: the measure of what the schedules do.</summary>
internal static class WallClock
{
    /// <summary>
    /// The moments after <paramref name="from"/> up to <paramref name="to"/> at which it is that time, one for each day: where clocks pass
    /// over it, the moment at which they do; where they show it twice, the first.
    /// </summary>
    internal static IEnumerable<DateTimeOffset> Daily(TimeZoneInfo zone, TimeOnly at, DateTimeOffset from, DateTimeOffset to)
    {
        for (var day = DateOnly.FromDateTime(from.UtcDateTime.AddDays(-2)); day <= DateOnly.FromDateTime(to.UtcDateTime.AddDays(2)); day = day.AddDays(1))
        {
            if (MomentOf(zone, day.ToDateTime(at)) is var moment && moment > from && moment <= to)
            {
                yield return moment;
            }
        }
    }

    internal static IEnumerable<DateTimeOffset> Weekly(TimeZoneInfo zone, DayOfWeek day, TimeOnly at, DateTimeOffset from, DateTimeOffset to) =>
        Daily(zone, at, from, to).Where(moment => TimeZoneInfo.ConvertTime(moment.AddMinutes(-1), zone).DayOfWeek == day);

    private static DateTimeOffset MomentOf(TimeZoneInfo zone, DateTime local)
    {
        while (zone.IsInvalidTime(local))
        {
            local = local.AddMinutes(1);
        }

        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }
}
