namespace MmDrBot.Settings;

/// <summary>Section `Schedules`: what runs by itself.</summary>
internal sealed record ScheduleOptions
{
    /// <summary>Whether the schedules that come with the program are made. Default: true.</summary>
    public bool BuiltIn { get; init; } = true;

    /// <summary>IANA's name of the zone in which new schedules are read, where none is given. Default: the zone of whoever makes one; UTC for built-in ones.</summary>
    public string? TimeZone { get; init; }
}
