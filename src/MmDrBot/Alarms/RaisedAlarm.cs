using System.Security.Cryptography;
using MmDrBot.Access;

namespace MmDrBot.Alarms;

/// <summary>An alarm as the state holds it, from the moment it was raised.</summary>
internal sealed record RaisedAlarm
{
    /// <summary>"al-" and ten characters.</summary>
    public required string Id { get; init; }

    /// <summary>The <see cref="IAlarmSource"/> that raised it and will resolve it.</summary>
    public required string Source { get; init; }

    /// <summary>What it says, as it was last judged.</summary>
    public required Alarm Alarm { get; init; }

    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>When it was last found true.</summary>
    public required DateTimeOffset SeenAt { get; init; }

    /// <summary>When it was last told or reminded of.</summary>
    public DateTimeOffset? ToldAt { get; init; }

    public DateTimeOffset? AcknowledgedAt { get; init; }

    public string? AcknowledgedBy { get; init; }

    public string? Note { get; init; }

    /// <summary>Since when it is not true any more, while it has to stay away for a time to count as resolved.</summary>
    public DateTimeOffset? GoneAt { get; init; }

    public DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>How often it came back soon after it was gone.</summary>
    public int Returns { get; init; }

    internal bool IsOpen => ResolvedAt is null;

    internal static string NewId() => "al-" + Base32.Encode(RandomNumberGenerator.GetBytes(7))[..10];

    internal static RaisedAlarm Raise(string source, Alarm alarm, DateTimeOffset now) =>
        new() { Id = NewId(), Source = source, Alarm = alarm, OpenedAt = now, SeenAt = now, ToldAt = now };
}
