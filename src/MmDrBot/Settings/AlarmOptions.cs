namespace MmDrBot.Settings;

/// <summary>Section `Alarms`: what must not stay unnoticed, and when it counts.</summary>
internal sealed record AlarmOptions
{
    /// <summary>How often everything is judged, 10 seconds to 15 minutes. Default: 1 minute.</summary>
    public Duration Every { get; init; } = Duration.OfMinutes(1);

    /// <summary>How old the newest restore point of each component may be.</summary>
    public RpoOptions Rpo { get; init; } = new();

    /// <summary>How long ago the last good drill of each component may be; 0: no drills are expected. Default: 8 days.</summary>
    public Duration DrillWithin { get; init; } = Duration.OfHours(8 * 24);

    /// <summary>How long before its end a key or a certificate is told, at most; short-lived ones in the last quarter of their life. 0: not at all. Default: 14 days.</summary>
    public Duration ExpiresWithin { get; init; } = Duration.OfHours(14 * 24);

    /// <summary>How far the clocks of this host, the database, the store and Mattermost may differ; 0: they are not compared. Default: 1 minute.</summary>
    public Duration ClockSkew { get; init; } = Duration.OfMinutes(1);

    /// <summary>How many times what backups usually add is odd; 0: any growth will do. Default: 4.</summary>
    public double GrowthFactor { get; init; } = 4;

    /// <summary>Growth below this many megabytes is never odd. Default: 256.</summary>
    public long GrowthMegabytes { get; init; } = 256;

    /// <summary>By how many percent a component may be smaller than in the backup before; 0: it may be any size. Default: 50.</summary>
    public int ShrinkPercent { get; init; } = 50;

    /// <summary>How long the repository may be out of reach before that is an alarm. Default: 15 minutes.</summary>
    public Duration RepositoryPatience { get; init; } = Duration.OfMinutes(15);

    /// <summary>How long something may stay unjudged before that is an alarm itself. Default: 1 hour.</summary>
    public Duration JudgedWithin { get; init; } = Duration.OfHours(1);

    /// <summary>How often one is reminded of what is open and not acknowledged; 0: never. Default: 24 hours.</summary>
    public Duration RemindAfter { get; init; } = Duration.OfHours(24);

    /// <summary>What comes back within this time counts as coming and going. Default: 15 minutes.</summary>
    public Duration FlapWithin { get; init; } = Duration.OfMinutes(15);

    /// <summary>Kinds of alarms that are not wanted, such as `growth`.</summary>
    public IReadOnlyList<string> Off { get; init; } = [];

    /// <summary>What is called after each whole round, for a dead man's switch outside. A secret.</summary>
    public string? HeartbeatUrl { get; init; }

    /// <summary>What is called instead while a critical alarm is open; `none`: nothing. Default: HeartbeatUrl with /fail. A secret.</summary>
    public string? HeartbeatFailUrl { get; init; }

    /// <summary>How often it is called. Default: 1 minute.</summary>
    public Duration HeartbeatEvery { get; init; } = Duration.OfMinutes(1);
}

/// <summary>How old the newest restore point of each component may be; 0: the component is not expected in any, nor a drill of it.</summary>
internal sealed record RpoOptions
{
    /// <summary>Default: 26 hours: a backup a day, and two hours for it.</summary>
    public Duration Database { get; init; } = Duration.OfHours(26);

    /// <summary>Default: 26 hours.</summary>
    public Duration Config { get; init; } = Duration.OfHours(26);

    /// <summary>Default: 26 hours.</summary>
    public Duration Files { get; init; } = Duration.OfHours(26);

    internal IEnumerable<(string Component, TimeSpan Limit)> Limits =>
        new (string, TimeSpan Limit)[] { ("database", Database), ("config", Config), ("files", Files) }.Where(item => item.Limit > TimeSpan.Zero);
}
