using System.Globalization;
using System.Text.RegularExpressions;
using MmDrBot.Access;

namespace MmDrBot.Scheduling;

/// <summary>Hours of the week, by the clocks of a zone, in which nothing may start. What is due then starts at their end.</summary>
internal sealed partial class QuietTimes
{
    private const int Day = 24 * 60, Week = 7 * Day;
    private const string Hint = "For instance \"Mon-Fri 08:00-18:00\", \"Sat,Sun 10:00-12:00\" or \"22:00-06:00\" for every day; several with semicolons between.";
    private static readonly string[] Days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    private readonly bool[] _quiet;

    private QuietTimes(string text, bool[] quiet) => (Text, _quiet) = (text, quiet);

    /// <summary>As it was written; empty: always may something start.</summary>
    internal string Text { get; }

    /// <exception cref="Refusal">Invalid: not understood, or nothing is left of the week.</exception>
    internal static QuietTimes Parse(string? text)
    {
        var parts = (text ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var quiet = new bool[Week];
        foreach (var part in parts)
        {
            Add(part, quiet);
        }

        return quiet.All(minute => minute) ? throw Refused("Nothing could ever run: quiet times cover the whole week.") : new QuietTimes(string.Join("; ", parts), quiet);
    }

    internal bool Covers(DateTimeOffset time, TimeZoneInfo zone) => Text.Length > 0 && _quiet[MinuteOf(TimeZoneInfo.ConvertTime(time, zone))];

    /// <summary>The time itself, or where it is quiet then, the end of that.</summary>
    internal DateTimeOffset FirstFree(DateTimeOffset time, TimeZoneInfo zone)
    {
        while (Covers(time, zone))
        {
            var local = TimeZoneInfo.ConvertTime(time, zone).DateTime;
            var start = MinuteOf(local);
            var minutes = Enumerable.Range(1, Week).First(step => !_quiet[(start + step) % Week]);
            time = Zones.FirstAfter(time, new DateTime(local.Year, local.Month, local.Day, local.Hour, local.Minute, 0, DateTimeKind.Unspecified).AddMinutes(minutes), zone);
        }

        return time;
    }

    private static void Add(string part, bool[] quiet)
    {
        var match = Window().Match(part);
        var (from, to) = match.Success ? (Minutes(match, "from"), Minutes(match, "to")) : (-1, -1);
        if (from is < 0 or >= Day || to is < 0 or > Day || from == to)
        {
            throw Refused($"\"{part}\" is no time of the week.");
        }

        var length = to > from ? to - from : to + Day - from;
        foreach (var day in DaysOf(match.Groups["days"].Value.ToLowerInvariant()))
        {
            for (var minute = 0; minute < length; minute++)
            {
                quiet[((day * Day) + from + minute) % Week] = true;
            }
        }
    }

    private static IEnumerable<int> DaysOf(string days) => days.Length == 0 || days is "daily" or "every day" ? Enumerable.Range(0, 7) : days.Split(',', StringSplitOptions.TrimEntries).SelectMany(Range);

    private static IEnumerable<int> Range(string days)
    {
        var ends = days.Split('-', StringSplitOptions.TrimEntries);
        var (first, last) = (DayOf(ends[0]), DayOf(ends[^1]));
        return Enumerable.Range(0, ((last - first + 7) % 7) + 1).Select(step => (first + step) % 7);
    }

    private static int DayOf(string name) => Array.FindIndex(Days, day => name.StartsWith(day, StringComparison.Ordinal)) is var day && day >= 0 ? day : throw Refused($"\"{name}\" is no day of the week.");

    private static int Minutes(Match match, string name)
    {
        var (hour, minute) = (Number(match, name + "Hour"), Number(match, name + "Minute"));
        return minute < 60 ? (hour * 60) + minute : -1;
    }

    private static int Number(Match match, string group) => int.Parse(match.Groups[group].Value, NumberStyles.None, CultureInfo.InvariantCulture);

    private static int MinuteOf(DateTimeOffset local) => MinuteOf(local.DateTime);

    private static int MinuteOf(DateTime local) => ((int)local.DayOfWeek * Day) + (local.Hour * 60) + local.Minute;

    private static Refusal Refused(string message) => new(RefusalReason.Invalid, message, Hint) { Faults = [new RefusalFault("NotDuring", $"{message} {Hint}")] };

    [GeneratedRegex(@"^(?<days>[a-z, -]*?)\s*(?<fromHour>\d{1,2}):(?<fromMinute>\d{2})\s*-\s*(?<toHour>\d{1,2}):(?<toMinute>\d{2})$", RegexOptions.IgnoreCase)]
    private static partial Regex Window();
}
