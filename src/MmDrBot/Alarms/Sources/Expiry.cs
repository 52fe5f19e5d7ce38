namespace MmDrBot.Alarms.Sources;

/// <summary>When the end of something is near.</summary>
internal static class Expiry
{
    /// <summary>Within the time that the settings name, but what lives for days only is near its end in its last quarter: short-lived certificates are renewed late.</summary>
    internal static bool IsNear(DateTimeOffset from, DateTimeOffset end, DateTimeOffset now, TimeSpan within) =>
        end - now <= TimeSpan.FromTicks(Math.Min(within.Ticks, Math.Max(0, (end - from).Ticks) / 4));
}
