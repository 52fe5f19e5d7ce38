namespace MmDrBot.Scheduling;

/// <summary>A command that runs by itself at certain times.</summary>
internal sealed record Schedule
{
    public required string Id { get; init; }

    /// <summary>What people call it; unique, in small letters.</summary>
    public required string Name { get; init; }

    public required Timing When { get; init; }

    public required TimeZoneInfo Zone { get; init; }

    /// <summary>What runs, as it would be typed, such as `backup --label nightly`.</summary>
    public required string Command { get; init; }

    /// <summary>The kind of job that the command launches, such as backup.</summary>
    public required string Kind { get; init; }

    /// <summary>Whether what was missed while nobody looked is caught up, by one run; otherwise it is skipped.</summary>
    public bool CatchesUp { get; init; } = true;

    public TimeSpan Jitter { get; init; }

    public required QuietTimes NotDuring { get; init; }

    public DateTimeOffset? PausedAt { get; init; }

    public string? PausedBy { get; init; }

    /// <summary>Whether it came with the program; such a one can be paused and changed, not removed.</summary>
    public bool IsBuiltIn { get; init; }

    public required string CreatedBy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ChangedAt { get; init; }

    /// <summary>Counts the changes.</summary>
    public long Revision { get; init; } = 1;

    /// <summary>Of every occurrence up to here it is settled what became of it.</summary>
    public required DateTimeOffset DecidedUntil { get; init; }
}
