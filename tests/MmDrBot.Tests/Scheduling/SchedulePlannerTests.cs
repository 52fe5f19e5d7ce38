using CsCheck;
using MmDrBot.Access;
using MmDrBot.Scheduling;

namespace MmDrBot.Tests.Scheduling;

public sealed class SchedulePlannerTests
{
    private static readonly DateTimeOffset Start = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void However_many_were_missed_one_run_stands_for_them()
    {
        var (due, next) = SchedulePlanner.Plan(Schedules.Make("hourly", "UTC", Start), Start.AddHours(5).AddMinutes(10));

        Assert.Equal(new DueRun(Start.AddHours(5), Start.AddHours(5), 5, Start.AddHours(1)), due);
        Assert.Equal(Start.AddHours(6), next);
    }

    [Fact]
    public void Jitter_is_the_same_for_the_same_time_and_differs_between_times()
    {
        var schedule = Schedules.Make("daily 02:30", "UTC", Start) with { Jitter = TimeSpan.FromMinutes(30) };
        var plain = SchedulePlanner.Upcoming(schedule with { Jitter = TimeSpan.Zero }, Start, 30);

        var first = SchedulePlanner.Upcoming(schedule, Start, 30);

        Assert.Equal(first, SchedulePlanner.Upcoming(schedule, Start, 30));
        Assert.All(first.Zip(plain), pair => Assert.InRange(pair.First - pair.Second, TimeSpan.Zero, TimeSpan.FromMinutes(30)));
        Assert.True(first.Zip(plain).Select(pair => pair.First - pair.Second).Distinct().Count() > 20);
        Assert.NotEqual(first, SchedulePlanner.Upcoming(schedule with { Id = "another" }, Start, 30));
    }

    [Fact]
    public void Whatever_jitter_and_quiet_times_do_starts_stay_in_order_and_jitter_within_its_interval() =>
        Gen.Select(OneOf("hourly", "every 15m", "daily 02:30", "*/7 3 * * *", "30 2 * * 0"), Gen.Int[0, 43_200], OneOf("", "Mon-Fri 08:00-18:00", "22:00-06:00", "00:30-01:00; 02:15-02:45"), OneOf("Europe/Berlin", "Australia/Lord_Howe", "UTC"), Gen.Int[0, 8000])
            .Sample(
                (when, jitter, quiet, zone, hours) =>
                {
                    var from = Start.AddHours(hours);
                    var schedule = Schedules.Make(when, zone, from) with { Jitter = TimeSpan.FromSeconds(jitter), NotDuring = QuietTimes.Parse(quiet) };
                    var starts = SchedulePlanner.Upcoming(schedule, from, 20);
                    Assert.Equal(starts.Order(), starts);
                    Assert.All(starts, start => Assert.False(schedule.NotDuring.Covers(start, schedule.Zone)));
                    var next = schedule.When.NextAfter(from, schedule.Zone)!.Value;
                    var after = schedule.When.NextAfter(next, schedule.Zone);
                    Assert.True(next + Jitter.Of(schedule.Id, next, after, schedule.Jitter) < after);
                },
                iter: 300,
                threads: 1);

    [Fact]
    public void What_waits_for_the_end_of_quiet_times_becomes_one_run()
    {
        var schedule = Schedules.Make("hourly", "UTC", Start) with { NotDuring = QuietTimes.Parse("08:00-18:00") };

        Assert.Null(SchedulePlanner.Plan(schedule with { DecidedUntil = Start.AddHours(7) }, Start.AddHours(12)).Due);
        var due = SchedulePlanner.Plan(schedule with { DecidedUntil = Start.AddHours(7) }, Start.AddHours(18)).Due;

        Assert.Equal((Start.AddHours(18), Start.AddHours(18), 11L), (due!.Occurrence, due.At, due.StandsFor));
    }

    [Fact]
    public void A_leap_of_the_clock_by_years_costs_no_years_of_counting()
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();

        var (due, _) = SchedulePlanner.Plan(Schedules.Make("every 1m", "Europe/Berlin", Start), Start.AddYears(30));

        Assert.Equal(Start.AddYears(30), due!.Occurrence);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"{watch.Elapsed}");
    }

    [Theory]
    [InlineData("backup --label nightly", "backup|--label|nightly")]
    [InlineData("backup --label \"before the upgrade\"", "backup|--label|before the upgrade")]
    [InlineData("backup --label 'say \"hi\"'", "backup|--label|say \"hi\"")]
    [InlineData("backup --label \"\"", "backup|--label|")]
    [InlineData("a\"b c\"d", "ab cd")]
    public void Quotes_keep_words_together(string text, string words)
    {
        Assert.Equal(words.Split('|'), CommandWords.Split(text));
        Assert.Equal(words.Split('|'), CommandWords.Split(CommandWords.Join(words.Split('|'))));
    }

    [Fact]
    public void Any_words_survive_as_text() =>
        OneOf('a', ' ', '"', '\'', '-', '\t', 'ß').Array[0, 8].Select(letters => new string(letters)).Array[1, 5]
            .Sample(words => Assert.Equal(words, CommandWords.Split(CommandWords.Join(words))), iter: 2000, threads: 1);

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("backup --label \"open")]
    public void A_command_that_is_none_is_refused(string text) => Assert.Throws<Refusal>(() => CommandWords.Split(text));

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    [Theory]
    [InlineData("10m", 600)]
    [InlineData("90s", 90)]
    [InlineData("1h", 3600)]
    [InlineData("12h", 43200)]
    [InlineData("0", 0)]
    [InlineData(null, 0)]
    public void Jitter_is_written_short(string? text, int seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), Jitter.Parse(text));

    [Theory]
    [InlineData("13h")]
    [InlineData("-5m")]
    [InlineData("10")]
    [InlineData("m")]
    [InlineData("99999999999h")]
    public void Jitter_that_is_none_is_refused(string text) => Assert.Throws<Refusal>(() => Jitter.Parse(text));
}
