using MmDrBot.Access;

namespace MmDrBot.Settings;

/// <summary>Section `Announcements`: who hears of what.</summary>
internal sealed record AnnouncementOptions
{
    private const string Nobody = "none";

    /// <summary>The id of the channel for everything that has no targets of its own; without, it is only logged.</summary>
    public string? Channel { get; init; }

    /// <summary>Targets by the kind of news, such as `job_failed`: channel ids, `@username` for a direct message, or `none`.</summary>
    public IReadOnlyDictionary<string, string[]> Events { get; init; } = new Dictionary<string, string[]>();

    /// <summary>Names that are no kind of news.</summary>
    internal IEnumerable<string> Unknown => Events.Keys.Where(name => !Enum.GetValues<NewsKind>().Any(kind => string.Equals(name, EnumText.Of(kind), StringComparison.OrdinalIgnoreCase)));

    internal IEnumerable<string> TargetsOf(NewsKind kind)
    {
        if (Events.FirstOrDefault(pair => string.Equals(pair.Key, EnumText.Of(kind), StringComparison.OrdinalIgnoreCase)).Value is { Length: > 0 } given)
        {
            return given.Where(target => target.Length > 0 && target != Nobody);
        }

        return Channel is { Length: > 0 } channel && kind is not NewsKind.JobSucceeded ? [channel] : [];
    }
}
