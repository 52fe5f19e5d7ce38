using MmDrBot.Access;
using MmDrBot.Alarms;

namespace MmDrBot.Features.Alarms;

/// <summary>An alarm as the doors show it.</summary>
internal sealed record AlarmView
{
    /// <summary>"al-" and ten characters.</summary>
    public required string Id { get; init; }

    /// <summary>What it tells of, such as `backup_overdue`.</summary>
    public required string Kind { get; init; }

    /// <summary>`warning` or `critical`.</summary>
    public required string Severity { get; init; }

    /// <summary>What it is about, such as `database`.</summary>
    public required string Subject { get; init; }

    public required string Message { get; init; }

    /// <summary>What to do next.</summary>
    public required string Cure { get; init; }

    /// <summary>`open`, `acknowledged` or `resolved`.</summary>
    public required string State { get; init; }

    public DateTimeOffset OpenedAt { get; init; }

    /// <summary>When it was last found true.</summary>
    public DateTimeOffset SeenAt { get; init; }

    public DateTimeOffset? AcknowledgedAt { get; init; }

    public string? AcknowledgedBy { get; init; }

    public string? Note { get; init; }

    public DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>How often it came back soon after it was gone.</summary>
    public int Returns { get; init; }

    internal static AlarmView Of(RaisedAlarm raised) => new()
    {
        Id = raised.Id,
        Kind = raised.Alarm.Kind,
        Severity = EnumText.Of(raised.Alarm.Severity),
        Subject = raised.Alarm.Subject,
        Message = raised.Alarm.Message,
        Cure = raised.Alarm.Cure,
        State = !raised.IsOpen ? "resolved" : raised.AcknowledgedAt is null ? "open" : "acknowledged",
        OpenedAt = raised.OpenedAt,
        SeenAt = raised.SeenAt,
        AcknowledgedAt = raised.AcknowledgedAt,
        AcknowledgedBy = raised.AcknowledgedBy,
        Note = raised.Note,
        ResolvedAt = raised.ResolvedAt,
        Returns = raised.Returns,
    };
}
