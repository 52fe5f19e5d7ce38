using System.ComponentModel;
using System.Globalization;
using System.Text.RegularExpressions;

namespace MmDrBot.Settings;

/// <summary>A length of time in the settings: `26h`, `8d`, `90m`, `30s`, `1d12h`, or a clock's `hh:mm:ss` whose hours may be 24 and more. `0` turns off what it limits.</summary>
[TypeConverter(typeof(DurationConverter))]
internal readonly partial record struct Duration(TimeSpan Value)
{
    /// <summary>Whether it limits anything.</summary>
    internal bool IsSet => Value > TimeSpan.Zero;

    public static implicit operator TimeSpan(Duration duration) => duration.Value;

    internal static Duration OfHours(double hours) => new(TimeSpan.FromHours(hours));

    internal static Duration OfMinutes(double minutes) => new(TimeSpan.FromMinutes(minutes));

    internal static bool TryParse(string text, out Duration duration)
    {
        var (trimmed, seconds) = (text.Trim().ToLowerInvariant(), 0L);
        duration = default;
        var match = Units().Match(trimmed) is { Success: true } units ? units : Clock().Match(trimmed);
        if (trimmed.Length == 0 || !match.Success)
        {
            return trimmed == "0";
        }

        foreach (var (name, factor) in new[] { ("d", 86_400L), ("h", 3_600), ("m", 60), ("s", 1) })
        {
            seconds += match.Groups[name] is { Success: true } part ? int.Parse(part.ValueSpan, CultureInfo.InvariantCulture) * factor : 0;
        }

        duration = new Duration(TimeSpan.FromSeconds(seconds));
        return true;
    }

    public override string ToString() => Value.ToString("c", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^((?<d>\d{1,5})d)?\s*((?<h>\d{1,6})h)?\s*((?<m>\d{1,7})m)?\s*((?<s>\d{1,8})s)?$")]
    private static partial Regex Units();

    [GeneratedRegex(@"^((?<d>\d{1,5})\.)?(?<h>\d{1,4}):(?<m>[0-5]\d)(:(?<s>[0-5]\d))?$")]
    private static partial Regex Clock();
}

/// <summary>Lets the settings' binder read a <see cref="Duration"/>.</summary>
internal sealed class DurationConverter : TypeConverter
{
    public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType) => sourceType == typeof(string) || base.CanConvertFrom(context, sourceType);

    public override object? ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value) =>
        value is string text && Duration.TryParse(text, out var duration) ? duration : throw new FormatException($"\"{value}\" is no length of time; write 26h, 8d, 90m or 26:00:00.");
}
