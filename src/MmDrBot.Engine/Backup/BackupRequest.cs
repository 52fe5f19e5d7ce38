namespace MmDrBot.Engine.Backup;

/// <summary>One backup to take.</summary>
public sealed record BackupRequest
{
    /// <summary>What to take in.</summary>
    public required BackupSources Sources { get; init; }

    /// <summary>A word for the list of restore points.</summary>
    public string? Label { get; init; }

    /// <summary>The copies that it is for, by their names in the settings; null: all.</summary>
    public IReadOnlyList<string>? Copies { get; init; }

    /// <summary>The program and its version, for the manifest.</summary>
    public required string Program { get; init; }

    /// <summary>How old the look at the condemned packs may be at the commit. Prune keeps condemned packs longer than this.</summary>
    public TimeSpan MaximumAgeOfLook { get; init; } = TimeSpan.FromMinutes(15);
}
