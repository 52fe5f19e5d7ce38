using System.Globalization;
using MmDrBot.Access;

namespace MmDrBot.Features.RestorePoints;

/// <summary>The order of lists: damaged ones, then the newest. A cursor tells a place in it, whether or not what stood there is still listed.</summary>
internal static class RestorePointOrder
{
    private const int IdDigits = 16;

    internal static string CursorOf(RestorePointView point) =>
        string.Create(CultureInfo.InvariantCulture, $"{Newness(point)}-{point.Id[..IdDigits]}");

    /// <exception cref="Refusal">Invalid: not a cursor.</exception>
    internal static bool IsBehind(RestorePointView point, string cursor)
    {
        var parts = cursor.Split('-');
        if (parts.Length != 2 || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var newness))
        {
            throw new Refusal(RefusalReason.Invalid, "after is not a place in the list of restore points.", "Take `after` from the Link header of the page before, or leave it out to begin anew.");
        }

        return (Newness(point), string.CompareOrdinal(point.Id[..IdDigits], parts[1])) is var (own, order) && (own < newness || (own == newness && order > 0));
    }

    /// <summary>A damaged one tells no time.</summary>
    internal static long Newness(RestorePointView point) => point.CreatedAt?.ToUnixTimeMilliseconds() ?? long.MaxValue;
}
