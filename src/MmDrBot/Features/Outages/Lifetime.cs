using System.Globalization;

namespace MmDrBot.Features.Outages;

/// <summary>Times as people write them: 90m, 8h, 2d.</summary>
internal static class Lifetime
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    internal static bool TryParse(string text, out TimeSpan time)
    {
        time = default;
        if (text.Length < 2 || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > 100_000)
        {
            return false;
        }

        time = char.ToLowerInvariant(text[^1]) switch
        {
            'm' => TimeSpan.FromMinutes(number),
            'h' => TimeSpan.FromHours(number),
            'd' => TimeSpan.FromDays(number),
            _ => TimeSpan.Zero,
        };
        return time >= Shortest && time <= Longest;
    }
}
