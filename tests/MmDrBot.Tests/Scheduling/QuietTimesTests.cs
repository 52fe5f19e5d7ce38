using MmDrBot.Access;
using MmDrBot.Scheduling;

namespace MmDrBot.Tests.Scheduling;

public sealed class QuietTimesTests
{
    private static readonly TimeZoneInfo Berlin = Zones.Find("Europe/Berlin");

    [Theory]
    [InlineData("Mon-Fri 08:00-18:00", "2026-06-01T07:59", "2026-06-01T07:59")]
    [InlineData("Mon-Fri 08:00-18:00", "2026-06-01T08:00", "2026-06-01T18:00")]
    [InlineData("Mon-Fri 08:00-18:00", "2026-06-05T17:59", "2026-06-05T18:00")]
    [InlineData("Mon-Fri 08:00-18:00", "2026-06-06T12:00", "2026-06-06T12:00")]
    [InlineData("22:00-06:00", "2026-06-01T23:30", "2026-06-02T06:00")]
    [InlineData("fri 22:00-06:00", "2026-06-06T05:00", "2026-06-06T06:00")]
    [InlineData("fri 22:00-06:00", "2026-06-07T05:00", "2026-06-07T05:00")]
    [InlineData("Sat,Sun 00:00-24:00", "2026-06-06T01:00", "2026-06-08T00:00")]
    [InlineData("Mon 08:00-12:00; Mon 12:00-13:00", "2026-06-01T09:00", "2026-06-01T13:00")]
    [InlineData("Fri-Mon 10:00-11:00", "2026-06-01T10:30", "2026-06-01T11:00")]
    [InlineData("", "2026-06-01T10:30", "2026-06-01T10:30")]
    public void What_falls_into_them_is_put_off_to_their_end(string text, string at, string free)
    {
        var quiet = QuietTimes.Parse(text);

        Assert.Equal(Local(free), quiet.FirstFree(Local(at), Berlin));
        Assert.Equal(at != free, quiet.Covers(Local(at), Berlin));
    }

    [Theory]
    [InlineData("00:00-24:00")]
    [InlineData("Mon-Sun 06:00-00:00; 00:00-06:00")]
    [InlineData("Mon 08:00-08:00")]
    [InlineData("Mon 8-18")]
    [InlineData("Mon 25:00-26:00")]
    [InlineData("Blursday 08:00-18:00")]
    [InlineData("08:60-09:00")]
    public void What_is_no_time_of_the_week_or_all_of_it_is_refused(string text)
    {
        var refusal = Assert.Throws<Refusal>(() => QuietTimes.Parse(text));

        Assert.Equal("NotDuring", refusal.Faults.Single().Property);
    }

    [Fact]
    public void Their_end_goes_by_the_clock_on_the_wall_when_clocks_change()
    {
        var quiet = QuietTimes.Parse("22:00-06:00");

        // One night has seven hours, the other nine.
        Assert.Equal(Utc(2026, 3, 29, 4), quiet.FirstFree(Utc(2026, 3, 28, 21), Berlin));
        Assert.Equal(Utc(2026, 10, 25, 5), quiet.FirstFree(Utc(2026, 10, 24, 20), Berlin));
    }

    [Fact]
    public void An_end_that_the_clocks_leave_out_is_the_moment_after_the_gap() =>
        Assert.Equal(Utc(2026, 3, 29, 1), QuietTimes.Parse("00:00-02:30").FirstFree(Utc(2026, 3, 28, 23), Berlin));

    private static DateTimeOffset Local(string text) => Zones.FirstAfter(DateTimeOffset.MinValue, DateTime.Parse(text, System.Globalization.CultureInfo.InvariantCulture), Berlin);

    private static DateTimeOffset Utc(int year, int month, int day, int hour) => new(year, month, day, hour, 0, 0, TimeSpan.Zero);
}
