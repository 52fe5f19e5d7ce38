using System.ComponentModel.DataAnnotations;

namespace MmDrBot.Jobs;

/// <summary>How jobs are claimed and watched.</summary>
internal sealed record JobOptions
{
    /// <summary>Jobs that run side by side in one service. Default: 4.</summary>
    [Range(1, 64)]
    public int Concurrency { get; init; } = 4;

    /// <summary>
    /// How long a job stays its owner's without a renewal. Hosts compare it by their own clocks, so it must be well above
    /// the difference between them. Default: 1 minute.
    /// </summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often the lease is renewed and a request to cancel is seen. Default: 2 seconds.</summary>
    public TimeSpan RenewEvery { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often, at most, progress is saved and reported. Default: 1 second.</summary>
    public TimeSpan ProgressEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often the worker looks for jobs of which no signal told it. Default: 2 seconds.</summary>
    public TimeSpan PollEvery { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often the worker looks for jobs whose process is gone. Default: 15 seconds.</summary>
    public TimeSpan SweepEvery { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a reporter may take for one report. Default: 10 seconds.</summary>
    public TimeSpan ReportTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
