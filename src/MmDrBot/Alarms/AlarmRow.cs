using MmDrBot.Access;

namespace MmDrBot.Alarms;

/// <summary>A row of alarms as the database holds it.</summary>
internal sealed class AlarmRow
{
    public string Id { get; init; } = "";

    public string Source { get; init; } = "";

    public string Kind { get; init; } = "";

    public string Severity { get; init; } = "";

    public string Subject { get; init; } = "";

    public string Message { get; init; } = "";

    public string Cure { get; init; } = "";

    public long OpenedAt { get; init; }

    public long SeenAt { get; init; }

    public long? ToldAt { get; init; }

    public long? AcknowledgedAt { get; init; }

    public string? AcknowledgedBy { get; init; }

    public string? Note { get; init; }

    public long? GoneAt { get; init; }

    public long? ResolvedAt { get; init; }

    public long Returns { get; init; }

    internal RaisedAlarm ToAlarm() => new()
    {
        Id = Id,
        Source = Source,
        Alarm = new Alarm(Kind, EnumText.Parse<AlarmSeverity>(Severity), Subject, Message, Cure),
        OpenedAt = DateTimeOffset.FromUnixTimeMilliseconds(OpenedAt),
        SeenAt = DateTimeOffset.FromUnixTimeMilliseconds(SeenAt),
        ToldAt = Time(ToldAt),
        AcknowledgedAt = Time(AcknowledgedAt),
        AcknowledgedBy = AcknowledgedBy,
        Note = Note,
        GoneAt = Time(GoneAt),
        ResolvedAt = Time(ResolvedAt),
        Returns = (int)Returns,
    };

    internal static object Values(RaisedAlarm raised) => new
    {
        raised.Id,
        raised.Source,
        raised.Alarm.Key,
        raised.Alarm.Kind,
        Severity = EnumText.Of(raised.Alarm.Severity),
        raised.Alarm.Subject,
        raised.Alarm.Message,
        raised.Alarm.Cure,
        OpenedAt = raised.OpenedAt.ToUnixTimeMilliseconds(),
        SeenAt = raised.SeenAt.ToUnixTimeMilliseconds(),
        ToldAt = raised.ToldAt?.ToUnixTimeMilliseconds(),
        AcknowledgedAt = raised.AcknowledgedAt?.ToUnixTimeMilliseconds(),
        raised.AcknowledgedBy,
        raised.Note,
        GoneAt = raised.GoneAt?.ToUnixTimeMilliseconds(),
        ResolvedAt = raised.ResolvedAt?.ToUnixTimeMilliseconds(),
        Returns = (long)raised.Returns,
    };

    private static DateTimeOffset? Time(long? milliseconds) => milliseconds is { } value ? DateTimeOffset.FromUnixTimeMilliseconds(value) : null;
}
