using System.Globalization;

namespace MmDrBot.Verbs;

/// <summary>Numbers and times as people read them.</summary>
internal static class Words
{
    private static readonly string[] Units = ["B", "kB", "MB", "GB", "TB", "PB"];

    internal static string Bytes(double bytes)
    {
        var unit = 0;
        while (bytes >= 1000 && unit < Units.Length - 1)
        {
            bytes /= 1000;
            unit++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{(unit == 0 || bytes >= 100 ? Math.Round(bytes).ToString(CultureInfo.InvariantCulture) : bytes.ToString("0.0", CultureInfo.InvariantCulture))} {Units[unit]}");
    }

    internal static string Duration(TimeSpan time) =>
        time.TotalSeconds < 60 ? string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, time.TotalSeconds):0.#} s")
        : time.TotalMinutes < 60 ? $"{(int)time.TotalMinutes} min {time.Seconds} s"
        : $"{(int)time.TotalHours} h {time.Minutes} min";

    /// <summary>For what many read.</summary>
    internal static string Time(DateTimeOffset time) => Time(time, TimeZoneInfo.Utc);

    internal static string Time(DateTimeOffset time, TimeZoneInfo zone) => $"{Clock(time, zone)} {Zone(zone, time)}";

    /// <summary>Without the zone.</summary>
    internal static string Clock(DateTimeOffset time, TimeZoneInfo zone) => TimeZoneInfo.ConvertTime(time, zone).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    internal static string Zone(TimeZoneInfo zone) => zone.HasSameRules(TimeZoneInfo.Utc) ? "UTC" : zone.HasIanaId && zone.Id.Contains('/', StringComparison.Ordinal) ? zone.Id : "local time";

    private static string Zone(TimeZoneInfo zone, DateTimeOffset time) =>
        Zone(zone) is var name && name != "local time" ? name : TimeZoneInfo.ConvertTime(time, zone).ToString("zzz", CultureInfo.InvariantCulture);

    /// <summary>Foreign words in a post: nobody is mentioned by them, and nothing is linked or drawn.</summary>
    internal static string Code(string text) => $"`{text.Replace('`', '\'').ReplaceLineEndings(" ")}`";

    internal static string Short(string id) => id.Length > 8 ? id[..8] : id;

    internal static string Count(long number, string one, string many) => string.Create(CultureInfo.InvariantCulture, $"{number:N0} {(number == 1 ? one : many)}");
}
