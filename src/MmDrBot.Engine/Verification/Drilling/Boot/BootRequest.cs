namespace MmDrBot.Engine.Verification.Drilling.Boot;

/// <summary>How to start Mattermost on what was restored.</summary>
public sealed record BootRequest
{
    /// <summary>The command for /bin/sh; the variable MM_CONFIG names the configuration that it has to use.</summary>
    public required string Command { get; init; }

    /// <summary>How long it may take until it answers.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Where the log of the run is kept.</summary>
    public required string LogDirectory { get; init; }
}
