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

    internal static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    internal static string Short(string id) => id.Length > 8 ? id[..8] : id;

    internal static string Count(long number, string one, string many) => string.Create(CultureInfo.InvariantCulture, $"{number:N0} {(number == 1 ? one : many)}");
}
