using MmDrBot.Verbs;

namespace MmDrBot.Alarms;

/// <summary>What is told of an alarm, in words.</summary>
internal sealed record AlarmNews(AlarmEvent Event, RaisedAlarm Raised, DateTimeOffset Now)
{
    private Alarm Alarm => Raised.Alarm;

    /// <summary>One line without markup.</summary>
    internal string Subject => $"{Prefix}: {Alarm.Kind.Replace('_', ' ')} ({Alarm.Subject})";

    /// <summary>Sentences without markup, for mail.</summary>
    internal string Plain => string.Join("\n\n", new[] { $"{Prefix}. {Alarm.Message}", NextStep, About }.Where(part => part.Length > 0)).Replace("**", "", StringComparison.Ordinal).Replace('`', '"');

    /// <summary>Markdown, for chat.</summary>
    internal string Markdown => string.Join('\n', new[] { $"**{Prefix}**: {Alarm.Message}", NextStep, $"`{Raised.Id}` · {About}" }.Where(part => part.Length > 0));

    /// <summary>The post after somebody acknowledged it, or it was resolved.</summary>
    internal string Closed => Raised.ResolvedAt is { } resolved
        ? $"**Resolved** after {Words.Duration(resolved - Raised.OpenedAt)}: {Alarm.Message}\n`{Raised.Id}` · {About}"
        : $"**{Rank}, acknowledged** by {Raised.AcknowledgedBy}{(Raised.Note is { Length: > 0 } note ? $" ({Words.Code(note)})" : "")}: {Alarm.Message}\n`{Raised.Id}` · {About}";

    private string Rank => Alarm.Severity is AlarmSeverity.Critical ? "Critical alarm" : "Alarm";

    private string Prefix => Event switch
    {
        AlarmEvent.Worse => "Critical now",
        AlarmEvent.Back => $"{Rank}, back again",
        AlarmEvent.Reminder => $"{Rank}, still open for {Words.Duration(Now - Raised.OpenedAt)}",
        AlarmEvent.Resolved => $"Resolved after {Words.Duration((Raised.ResolvedAt ?? Now) - Raised.OpenedAt)}",
        _ => Rank,
    };

    private string NextStep => Event is AlarmEvent.Resolved ? ""
        : Event is AlarmEvent.Back ? $"Next: {Alarm.Cure}\nIt comes and goes: from now on its end is told only when it has stayed away for a while."
        : $"Next: {Alarm.Cure}";

    private string About => $"{Alarm.Kind}, open since {Words.Time(Raised.OpenedAt)}";
}
