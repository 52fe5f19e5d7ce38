using System.Globalization;
using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Backup;

/// <summary>Restore points that are dated later than the one that is being taken: `latest` goes by date, so a clock that was wrong once hides all that follows.</summary>
internal static class LaterPoints
{
    /// <returns>A warning, or null when there is nothing to warn of.</returns>
    internal static string? Tell(DateTimeOffset now, IEnumerable<RestorePoint> earlier) =>
        earlier.Where(point => point.CreatedAt > now).MaxBy(point => point.CreatedAt) is { } later
            ? string.Create(CultureInfo.InvariantCulture, $"The restore point {later.Id.ToString()[..12]} is dated {later.CreatedAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC, later than this one: `latest` means that one still. A clock is wrong, or was. Look at the clocks of this machine and of {later.Host}; forget that restore point if its date is the wrong one.")
            : null;
}
