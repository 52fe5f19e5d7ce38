namespace MmDrBot.Settings;

/// <summary>Section `Restore`: where restores may go by name, how to reach a bucket that receives a file store, and how Mattermost is stopped meanwhile.</summary>
internal sealed record RestoreOptions
{
    /// <summary>The S3 service of `mmdr restore --files s3://...`; never mixed with the repository's.</summary>
    public S3Options S3 { get; init; } = new();

    /// <summary>Targets by name; in chat no others can be named.</summary>
    public Dictionary<string, RestoreTargetOptions> Targets { get; init; } = [];

    /// <summary>Stops Mattermost, for /bin/sh; returns when it is stopped. Runs before a restore writes over the protected server.</summary>
    public string? StopCommand { get; init; }

    /// <summary>Starts it again, for /bin/sh. Both commands or none.</summary>
    public string? StartCommand { get; init; }

    /// <summary>How long each of the two commands may take.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromMinutes(2);

    internal bool StopsMattermost => !string.IsNullOrEmpty(StopCommand) && !string.IsNullOrEmpty(StartCommand);

    /// <summary>The names that are no names, or whose targets make no sense.</summary>
    internal IEnumerable<string> Unreadable => Targets.Where(target => !RestoreTargetOptions.IsName(target.Key) || !target.Value.IsGood).Select(target => target.Key);
}
