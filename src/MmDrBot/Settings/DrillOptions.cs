namespace MmDrBot.Settings;

/// <summary>Section `Drills`: where restore drills work, and how much is read back.</summary>
internal sealed record DrillOptions
{
    internal static TimeSpan ShortestBoot { get; } = TimeSpan.FromSeconds(10);

    internal static TimeSpan LongestBoot { get; } = TimeSpan.FromHours(1);

    /// <summary>
    /// The server on which scratch databases are made, by a role with CREATEDB; its database is not touched. Without, a throwaway server is
    /// started on this machine. A secret.
    /// </summary>
    public string? DatabaseUrl { get; init; }

    /// <summary>The directory below which files, and the throwaway server's data, are restored. Default: /var/tmp.</summary>
    public string Directory { get; init; } = "/var/tmp";

    /// <summary>What starts Mattermost for `--level boot`; default bin/mattermost in Mattermost's directory, where that is on this machine.</summary>
    public string? MattermostCommand { get; init; }

    /// <summary>How long Mattermost may take until it answers, 10 seconds to 1 hour. Default: 5 minutes.</summary>
    public TimeSpan BootTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Within how many days `repository read-back`, run daily, reads every byte; 1 to 365. Default: 30.</summary>
    public int ReadBackDays { get; init; } = 30;
}
