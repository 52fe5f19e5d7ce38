using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MmDrBot.Access;

namespace MmDrBot.Scheduling;

/// <summary>
/// Puts runs off by up to some time, so that many servers do not reach for one store at the same second. Worked out from schedule and
/// occurrence: every replica, and every restart, comes to the same.
/// </summary>
internal static class Jitter
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(12);

    /// <summary>Never as far as the occurrence after it.</summary>
    internal static TimeSpan Of(string scheduleId, DateTimeOffset occurrence, DateTimeOffset? next, TimeSpan atMost)
    {
        var room = next is { } following ? following - occurrence - TimeSpan.FromSeconds(1) : atMost;
        var seconds = (long)Math.Max(0, Math.Min(atMost.TotalSeconds, room.TotalSeconds));
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{scheduleId} {occurrence.ToUnixTimeSeconds()}")));
        return TimeSpan.FromSeconds(BinaryPrimitives.ReadUInt64BigEndian(hash) % (ulong)(seconds + 1));
    }

    /// <param name="text">Such as 90s, 10m or 1h; nothing or 0 is none.</param>
    /// <exception cref="Refusal">Invalid: not understood, or too long.</exception>
    internal static TimeSpan Parse(string? text)
    {
        var given = (text ?? "").Trim().ToLowerInvariant();
        if (given is "" or "0")
        {
            return TimeSpan.Zero;
        }

        var unit = given[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, _ => 0 };
        return unit > 0 && int.TryParse(given.AsSpan(0, given.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= Longest.TotalSeconds / unit
            ? TimeSpan.FromSeconds(number * unit)
            : throw new Refusal(RefusalReason.Invalid, $"\"{given}\" is no time by which a run can be put off.", "Give at most 12 hours, such as 90s, 10m or 1h.") { Faults = [new RefusalFault("Jitter", "At most 12 hours, such as 90s, 10m or 1h.")] };
    }

    internal static string Text(TimeSpan jitter) =>
        jitter == TimeSpan.Zero ? "" : jitter.TotalSeconds % 3600 == 0 ? $"{jitter.TotalHours.ToString("0", CultureInfo.InvariantCulture)}h" : jitter.TotalSeconds % 60 == 0 ? $"{jitter.TotalMinutes.ToString("0", CultureInfo.InvariantCulture)}m" : $"{jitter.TotalSeconds.ToString("0", CultureInfo.InvariantCulture)}s";
}
