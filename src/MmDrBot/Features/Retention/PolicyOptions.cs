using System.CommandLine;
using System.Globalization;
using MmDrBot.Access;
using MmDrBot.Engine.Keeping;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Retention;

/// <summary>A policy as options: those given make one rule anew, for all or for one label.</summary>
internal sealed class PolicyOptions
{
    private readonly Option<int?> _last = Count("--last", "So many of the newest.");
    private readonly Option<string?> _within = new("--within") { Description = "All that are at most so much older than the newest: 36h, 14d, 8w.", HelpName = "TIME" };
    private readonly Option<int?> _hourly = Count("--hourly", "The newest of each of the last so many hours that have one.");
    private readonly Option<int?> _daily = Count("--daily", "The same for days.");
    private readonly Option<int?> _weekly = Count("--weekly", "The same for weeks, Monday to Sunday.");
    private readonly Option<int?> _monthly = Count("--monthly", "The same for months.");
    private readonly Option<int?> _yearly = Count("--yearly", "The same for years.");
    private readonly Option<string?> _label = new("--label") { Description = "The rule is for restore points with this label alone.", HelpName = "TEXT" };
    private readonly Option<string?> _zone = new("--zone") { Description = "In whose time zone days begin, such as Europe/Berlin.", HelpName = "ZONE" };
    private readonly Option<string?> _newest = new("--newest-within") { Description = "Remove nothing while the newest is older: 36h, 2d. `auto`: as the alarms expect backups (MMDR_Alarms__Rpo__...), in a copy three times the usual pause.", HelpName = "TIME" };

    internal void AddTo(Command command)
    {
        foreach (var option in new Option[] { _last, _within, _hourly, _daily, _weekly, _monthly, _yearly, _label, _zone, _newest })
        {
            command.Options.Add(option);
        }
    }

    internal bool AnyIn(Invocation call) => HasRule(call) || call.Value(_label) is not null || call.Value(_zone) is not null || call.Value(_newest) is not null;

    /// <exception cref="Refusal">Invalid: a time can't be read.</exception>
    internal RetentionPolicy Change(RetentionPolicy policy, Invocation call)
    {
        var rule = new RetentionRule
        {
            Last = call.Value(_last) ?? 0,
            Within = call.Value(_within) is { } within ? Time("--within", within) : null,
            Hourly = call.Value(_hourly) ?? 0,
            Daily = call.Value(_daily) ?? 0,
            Weekly = call.Value(_weekly) ?? 0,
            Monthly = call.Value(_monthly) ?? 0,
            Yearly = call.Value(_yearly) ?? 0,
        };
        var changed = policy with
        {
            TimeZone = call.Value(_zone) ?? policy.TimeZone,
            NewestWithin = call.Value(_newest) switch { null => policy.NewestWithin, "auto" => null, { } given => Time("--newest-within", given) },
        };
        return call.Value(_label) is { } label ? changed with { Labels = new Dictionary<string, RetentionRule>(policy.Labels) { [label] = rule } }
            : HasRule(call) ? changed with { Default = rule }
            : changed;
    }

    private bool HasRule(Invocation call) => call.Value(_within) is not null || new[] { _last, _hourly, _daily, _weekly, _monthly, _yearly }.Any(option => call.Value(option) is not null);

    private static Option<int?> Count(string name, string description) => new(name) { Description = description, HelpName = "N" };

    private static TimeSpan Time(string option, string text)
    {
        var unit = text.Length > 1 ? char.ToLowerInvariant(text[^1]) : ' ';
        return int.TryParse(text.AsSpan(0, Math.Max(0, text.Length - 1)), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= RetentionRule.Most && "hdw".Contains(unit, StringComparison.Ordinal)
            ? TimeSpan.FromHours((double)number * unit switch { 'h' => 1, 'd' => 24, _ => 168 })
            : throw new Refusal(RefusalReason.Invalid, $"{option}: {text} is no time.", "Write hours, days or weeks: 36h, 14d, 8w.");
    }
}
