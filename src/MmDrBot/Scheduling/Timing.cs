using System.Globalization;
using System.Text.RegularExpressions;
using Cronos;
using MmDrBot.Access;

namespace MmDrBot.Scheduling;

/// <summary>
/// When something is due: a cron expression of five fields, or words that stand for one, such as "daily 02:30". In the hour that a change of
/// the clocks leaves out, what was due there is due right after it; in the hour that comes twice, a fixed time is due once, an interval each time.
/// </summary>
internal sealed partial class Timing
{
    private const string Hint = "For instance \"daily 02:30\", \"weekdays 22:00\", \"weekly sun 03:00\", \"monthly 1 04:00\", \"hourly\", \"every 15m\", or cron: \"30 2 * * *\" (minute, hour, day, month, weekday).";
    private readonly CronExpression _expression;

    private Timing(string text, string cron, CronExpression expression) => (Text, Cron, _expression) = (text, cron, expression);

    /// <summary>As it was written.</summary>
    internal string Text { get; }

    /// <summary>The same as cron has it.</summary>
    internal string Cron { get; }

    /// <exception cref="Refusal">Invalid: it can't be understood.</exception>
    internal static Timing Parse(string? text)
    {
        var words = Blanks().Replace((text ?? "").Trim(), " ");
        var cron = words.Length == 0 ? null : OfWords(words.ToLowerInvariant()) ?? words;
        return cron is not null && CronExpression.TryParse(cron, CronFormat.Standard, out var expression)
            ? new Timing(words, cron, expression)
            : throw new Refusal(RefusalReason.Invalid, words.Length == 0 ? "Say when it is due." : $"\"{words}\" is neither a time like \"daily 02:30\" nor a cron expression of five fields.", Hint) { Faults = [new RefusalFault("When", "Not understood. " + Hint)] };
    }

    /// <summary>The first time after another one; null when there is none.</summary>
    internal DateTimeOffset? NextAfter(DateTimeOffset time, TimeZoneInfo zone) => _expression.GetNextOccurrence(time.ToUniversalTime(), zone)?.ToUniversalTime();

    private static string? OfWords(string words) => words switch
    {
        "hourly" => "0 * * * *",
        _ when Hourly().Match(words) is { Success: true } hourly => $"{Minute(hourly)} * * * *",
        _ when Daily().Match(words) is { Success: true } daily => $"{Clock(daily)} * * {(daily.Groups["days"].Value switch { "weekdays" => "1-5", "weekends" => "0,6", _ => "*" })}",
        _ when Weekly().Match(words) is { Success: true } weekly => $"{Clock(weekly)} * * {string.Join(',', weekly.Groups["days"].Value.Split(',').Select(day => day[..3]))}",
        _ when Monthly().Match(words) is { Success: true } monthly => $"{Clock(monthly)} {(monthly.Groups["day"].Value is "last" ? "L" : monthly.Groups["day"].Value)} * *",
        _ when Every().Match(words) is { Success: true } every => OfEvery(Number(every, "number"), every.Groups["unit"].Value[0]),
        _ => null,
    };

    /// <summary>Only steps that part the hour or the day evenly: others would be uneven at its end.</summary>
    private static string? OfEvery(int number, char unit) => (number, unit) switch
    {
        (1, 'h') => "0 * * * *",
        ( > 0 and < 24, 'h') when 24 % number == 0 => $"0 */{number.ToString(CultureInfo.InvariantCulture)} * * *",
        (1, 'm') => "* * * * *",
        ( > 0 and < 60, 'm') when 60 % number == 0 => $"*/{number.ToString(CultureInfo.InvariantCulture)} * * * *",
        _ => null,
    };

    private static string Minute(Match match) => Number(match, "minute").ToString(CultureInfo.InvariantCulture);

    /// <summary>Cron's first two fields.</summary>
    private static string Clock(Match match) => $"{Minute(match)} {Number(match, "hour").ToString(CultureInfo.InvariantCulture)}";

    private static int Number(Match match, string group) => int.Parse(match.Groups[group].Value, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();

    [GeneratedRegex(@"^hourly (at )?:?(?<minute>\d{1,2})$")]
    private static partial Regex Hourly();

    [GeneratedRegex(@"^(?<days>daily|weekdays|weekends) (at )?(?<hour>\d{1,2}):(?<minute>\d{2})$")]
    private static partial Regex Daily();

    [GeneratedRegex(@"^weekly (on )?(?<days>(sun|mon|tue|wed|thu|fri|sat)[a-z]*(,(sun|mon|tue|wed|thu|fri|sat)[a-z]*)*) (at )?(?<hour>\d{1,2}):(?<minute>\d{2})$")]
    private static partial Regex Weekly();

    [GeneratedRegex(@"^monthly (on )?(?<day>\d{1,2}|last) (at )?(?<hour>\d{1,2}):(?<minute>\d{2})$")]
    private static partial Regex Monthly();

    [GeneratedRegex(@"^every (?<number>\d{1,2}) ?(?<unit>m|min|minutes?|h|hours?)$")]
    private static partial Regex Every();
}
