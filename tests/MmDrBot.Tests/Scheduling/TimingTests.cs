using MmDrBot.Access;
using MmDrBot.Scheduling;

namespace MmDrBot.Tests.Scheduling;

public sealed class TimingTests
{
    [Theory]
    [InlineData("daily 02:30", "30 2 * * *")]
    [InlineData("Daily at 2:30", "30 2 * * *")]
    [InlineData("weekdays 22:00", "0 22 * * 1-5")]
    [InlineData("weekends 09:05", "5 9 * * 0,6")]
    [InlineData("weekly sun 03:00", "0 3 * * sun")]
    [InlineData("weekly on Monday,thu at 03:00", "0 3 * * mon,thu")]
    [InlineData("monthly 1 04:00", "0 4 1 * *")]
    [InlineData("monthly last 04:00", "0 4 L * *")]
    [InlineData("hourly", "0 * * * *")]
    [InlineData("hourly :15", "15 * * * *")]
    [InlineData("every 15m", "*/15 * * * *")]
    [InlineData("every 6 hours", "0 */6 * * *")]
    [InlineData("  30  2 * * * ", "30 2 * * *")]
    [InlineData("0 3 * * MON-FRI", "0 3 * * MON-FRI")]
    public void Words_stand_for_a_cron_expression(string text, string cron) => Assert.Equal(cron, Timing.Parse(text).Cron);

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("daily")]
    [InlineData("daily 25:00")]
    [InlineData("every 7m")]
    [InlineData("every 5h")]
    [InlineData("weekly someday 03:00")]
    [InlineData("* * * *")]
    [InlineData("0 30 2 * * *")]
    [InlineData("61 2 * * *")]
    [InlineData("tomorrow")]
    public void What_is_not_understood_is_refused_with_an_example(string? text)
    {
        var refusal = Assert.Throws<Refusal>(() => Timing.Parse(text));

        Assert.Equal(RefusalReason.Invalid, refusal.Reason);
        Assert.Contains("daily 02:30", refusal.Hint!, StringComparison.Ordinal);
        Assert.Equal("When", refusal.Faults.Single().Property);
    }

    /// <summary>2026 has a change in spring and one in autumn in each of them; that of Lord Howe is of half an hour.</summary>
    [Theory]
    [InlineData("Europe/Berlin", "daily 02:30", 365)]
    [InlineData("Europe/Berlin", "daily 03:00", 365)]
    [InlineData("Europe/Berlin", "hourly", 8760)]
    [InlineData("Europe/Berlin", "every 30m", 17520)]
    [InlineData("America/New_York", "daily 02:30", 365)]
    [InlineData("America/New_York", "daily 01:30", 365)]
    [InlineData("America/New_York", "hourly", 8760)]
    [InlineData("America/New_York", "every 30m", 17520)]
    [InlineData("Australia/Lord_Howe", "daily 02:15", 365)]
    [InlineData("Australia/Lord_Howe", "daily 01:45", 365)]
    [InlineData("Australia/Lord_Howe", "every 30m", 17520)]
    [InlineData("Australia/Lord_Howe", "weekly sun 02:10", 52)]
    [InlineData("UTC", "daily 02:30", 365)]
    public void In_a_year_nothing_runs_twice_and_nothing_is_left_out(string zoneName, string when, int expected)
    {
        var zone = Zones.Find(zoneName);
        var (start, end) = (Zones.FirstAfter(DateTimeOffset.MinValue, new DateTime(2026, 1, 1), zone), Zones.FirstAfter(DateTimeOffset.MinValue, new DateTime(2027, 1, 1), zone));
        var schedule = Schedules.Make(when, zoneName, start.AddMilliseconds(-1));
        var runs = new List<DateTimeOffset>();
        for (var now = start; now < end; now = now.AddMinutes(5))
        {
            if (SchedulePlanner.Plan(schedule, now).Due is { } due)
            {
                Assert.Equal(1, due.StandsFor);
                runs.Add(due.At);
                schedule = schedule with { DecidedUntil = due.Occurrence };
            }
        }

        Assert.Equal(expected, runs.Count);
        Assert.Equal(expected, runs.Distinct().Count());
        if (when.StartsWith("daily", StringComparison.Ordinal))
        {
            Assert.Equal(expected, runs.Select(run => TimeZoneInfo.ConvertTime(run, zone).Date).Distinct().Count());
        }
    }

    [Fact]
    public void What_the_clocks_leave_out_is_due_right_after()
    {
        var schedule = Schedules.Make("daily 02:30", "Europe/Berlin", new DateTimeOffset(2026, 3, 28, 12, 0, 0, TimeSpan.Zero));

        var runs = SchedulePlanner.Upcoming(schedule, schedule.DecidedUntil, 2);

        // Clocks go from 02:00 to 03:00, which is 01:00 UTC.
        Assert.Equal([new DateTimeOffset(2026, 3, 29, 1, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 3, 30, 0, 30, 0, TimeSpan.Zero)], runs);
    }
}
