namespace MmDrBot.Scheduling;

/// <summary>How a schedule stands.</summary>
/// <param name="Schedule">Which.</param>
/// <param name="Next">When it starts next; null while it is paused, and where it never does.</param>
/// <param name="Last">The newest thing that is on record of it; null: nothing.</param>
/// <param name="DueAt">When the newest undecided run was to start; null: nothing is due.</param>
/// <param name="OverdueSince">When the first undecided run was to start, where that is longer ago than it should be.</param>
internal sealed record ScheduleStanding(Schedule Schedule, DateTimeOffset? Next, ScheduleRun? Last, DateTimeOffset? DueAt, DateTimeOffset? OverdueSince);
