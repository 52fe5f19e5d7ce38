namespace MmDrBot.Scheduling;

/// <summary>A row of schedules as the database holds it.</summary>
internal sealed class ScheduleRow
{
    public string Id { get; init; } = "";

    public string Name { get; init; } = "";

    public string Timing { get; init; } = "";

    public string Zone { get; init; } = "";

    public string Command { get; init; } = "";

    public string Kind { get; init; } = "";

    public long CatchesUp { get; init; }

    public long JitterSeconds { get; init; }

    public string NotDuring { get; init; } = "";

    public long? PausedAt { get; init; }

    public string? PausedBy { get; init; }

    public long BuiltIn { get; init; }

    public string CreatedBy { get; init; } = "";

    public long CreatedAt { get; init; }

    public long ChangedAt { get; init; }

    public long Revision { get; init; }

    public long DecidedUntil { get; init; }

    internal static ScheduleRow Of(Schedule schedule) => new()
    {
        Id = schedule.Id,
        Name = schedule.Name,
        Timing = schedule.When.Text,
        Zone = schedule.Zone.Id,
        Command = schedule.Command,
        Kind = schedule.Kind,
        CatchesUp = schedule.CatchesUp ? 1 : 0,
        JitterSeconds = (long)schedule.Jitter.TotalSeconds,
        NotDuring = schedule.NotDuring.Text,
        PausedAt = schedule.PausedAt?.ToUnixTimeMilliseconds(),
        PausedBy = schedule.PausedBy,
        BuiltIn = schedule.IsBuiltIn ? 1 : 0,
        CreatedBy = schedule.CreatedBy,
        CreatedAt = schedule.CreatedAt.ToUnixTimeMilliseconds(),
        ChangedAt = schedule.ChangedAt.ToUnixTimeMilliseconds(),
        Revision = schedule.Revision,
        DecidedUntil = schedule.DecidedUntil.ToUnixTimeMilliseconds(),
    };

    internal Schedule ToSchedule() => new()
    {
        Id = Id,
        Name = Name,
        When = Scheduling.Timing.Parse(Timing),
        Zone = Zones.Find(Zone),
        Command = Command,
        Kind = Kind,
        CatchesUp = CatchesUp != 0,
        Jitter = TimeSpan.FromSeconds(JitterSeconds),
        NotDuring = QuietTimes.Parse(NotDuring),
        PausedAt = PausedAt is { } paused ? Time(paused) : null,
        PausedBy = PausedBy,
        IsBuiltIn = BuiltIn != 0,
        CreatedBy = CreatedBy,
        CreatedAt = Time(CreatedAt),
        ChangedAt = Time(ChangedAt),
        Revision = Revision,
        DecidedUntil = Time(DecidedUntil),
    };

    private static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
