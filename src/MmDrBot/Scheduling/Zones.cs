using MmDrBot.Access;

namespace MmDrBot.Scheduling;

/// <summary>Time zones by their IANA names.</summary>
internal static class Zones
{
    /// <exception cref="Refusal">Invalid: there is no such zone here.</exception>
    internal static TimeZoneInfo Find(string name)
    {
        var wanted = name.Trim();
        if (wanted.Equals("UTC", StringComparison.OrdinalIgnoreCase))
        {
            return TimeZoneInfo.Utc;
        }

        var found = TimeZoneInfo.TryFindSystemTimeZoneById(wanted, out var zone) && zone.HasIanaId ? zone
            : TimeZoneInfo.GetSystemTimeZones().FirstOrDefault(one => one.HasIanaId && one.Id.Equals(wanted, StringComparison.OrdinalIgnoreCase))
            ?? throw Unknown(wanted);
        return IsUtc(found) ? TimeZoneInfo.Utc : found;
    }

    /// <summary>The name under which a reader's own zone is found again; UTC where it has none.</summary>
    internal static string NameOf(TimeZoneInfo zone) => !IsUtc(zone) && zone.HasIanaId && zone.Id.Contains('/', StringComparison.Ordinal) ? zone.Id : "UTC";

    /// <summary>Etc/UTC and its like, but none that only now has the same time.</summary>
    private static bool IsUtc(TimeZoneInfo zone) => zone.HasSameRules(TimeZoneInfo.Utc);

    /// <summary>The first moment after another at which clocks of the zone show this; where they leave it out, the moment after the gap.</summary>
    internal static DateTimeOffset FirstAfter(DateTimeOffset time, DateTime local, TimeZoneInfo zone)
    {
        while (zone.IsInvalidTime(local))
        {
            local = local.AddMinutes(1);
        }

        var offsets = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local) : [zone.GetUtcOffset(local)];
        var moments = offsets.Select(offset => new DateTimeOffset(local, offset).ToUniversalTime()).Order().ToArray();
        return moments.Where(moment => moment > time).DefaultIfEmpty(time.AddMinutes(1)).First();
    }

    private static Refusal Unknown(string name) => new(RefusalReason.Invalid, $"There is no time zone {name}.", "Names are those of IANA, such as Europe/Berlin, America/New_York or UTC.")
    {
        Faults = [new RefusalFault("Zone", $"There is no time zone {name}; names are those of IANA, such as Europe/Berlin.")],
    };
}
