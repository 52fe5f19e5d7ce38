namespace MmDrBot.Settings;

/// <summary>Section `Jobs`: how the service claims and watches jobs.</summary>
internal sealed record JobOptions
{
    /// <summary>How often the lease is renewed and a request to cancel is seen.</summary>
    internal static TimeSpan RenewEvery { get; } = TimeSpan.FromSeconds(2);

    /// <summary>How often, at most, progress is saved and reported.</summary>
    internal static TimeSpan ProgressEvery { get; } = TimeSpan.FromSeconds(1);

    /// <summary>How often the worker looks for jobs whose process is gone.</summary>
    internal static TimeSpan SweepEvery { get; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a reporter may take for one report.</summary>
    internal static TimeSpan ReportTimeout { get; } = TimeSpan.FromSeconds(10);

    /// <summary>Jobs that run side by side in one service, 1 to 64. Default: 4.</summary>
    public int Concurrency { get; init; } = 4;

    /// <summary>
    /// How long a job stays its owner's without a renewal, 10 seconds to 1 hour. Hosts compare it by their own clocks, so it must be well
    /// above the difference between them. Default: 1 minute.
    /// </summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often the service looks for jobs of which no signal told it, such as those of another replica; 0.1 seconds to 1 minute. Default: 2 seconds.</summary>
    public TimeSpan PollEvery { get; init; } = TimeSpan.FromSeconds(2);
}
