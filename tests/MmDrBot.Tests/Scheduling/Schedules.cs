using MmDrBot.Scheduling;

namespace MmDrBot.Tests.Scheduling;

/// <summary>Schedules as tests need them.</summary>
internal static class Schedules
{
    internal static Schedule Make(string when, string zone, DateTimeOffset decidedUntil) => new()
    {
        Id = "01j8zq6v3k9m2n4p5r7s8t9w0x",
        Name = "nightly",
        When = Timing.Parse(when),
        Zone = Zones.Find(zone),
        Command = "backup",
        Kind = "backup",
        NotDuring = QuietTimes.Parse(null),
        CreatedBy = "mattermost:alice",
        CreatedAt = decidedUntil,
        ChangedAt = decidedUntil,
        DecidedUntil = decidedUntil,
    };
}
