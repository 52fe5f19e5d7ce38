using MmDrBot.Access;
using MmDrBot.Scheduling;

namespace MmDrBot.Features.Schedules;

/// <summary>A schedule as it is shown.</summary>
internal sealed record ScheduleView
{
    public required string Name { get; init; }

    /// <summary>As it was written, such as `daily 02:30`.</summary>
    public required string When { get; init; }

    /// <summary>The same as a cron expression.</summary>
    public required string Cron { get; init; }

    public required string Zone { get; init; }

    /// <summary>What runs, such as `backup --label nightly`.</summary>
    public required string Command { get; init; }

    /// <summary>The kind of its jobs.</summary>
    public required string Kind { get; init; }

    /// <summary>Whether what was missed is caught up, by one run.</summary>
    public required bool CatchUp { get; init; }

    /// <summary>By how much a run is put off at most, such as `10m`; empty: not at all.</summary>
    public required string Jitter { get; init; }

    /// <summary>When nothing may start, such as `Mon-Fri 08:00-18:00`; empty: it always may.</summary>
    public required string NotDuring { get; init; }

    /// <summary>`on` or `paused`.</summary>
    public required string State { get; init; }

    public DateTimeOffset? PausedAt { get; init; }

    public string? PausedBy { get; init; }

    public required bool BuiltIn { get; init; }

    public required string CreatedBy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ChangedAt { get; init; }

    /// <summary>When it starts next; none while it is paused.</summary>
    public required IReadOnlyList<DateTimeOffset> Next { get; init; }

    /// <summary>Since when it should have started and has not.</summary>
    public DateTimeOffset? OverdueSince { get; init; }

    /// <summary>The newest first.</summary>
    public required IReadOnlyList<RunView> Runs { get; init; }

    /// <summary>Counts the changes; the ETag.</summary>
    public required string Version { get; init; }

    internal static ScheduleView Of(ScheduleStanding standing, IReadOnlyList<DateTimeOffset> next, IReadOnlyList<RunView> runs) => new()
    {
        Name = standing.Schedule.Name,
        When = standing.Schedule.When.Text,
        Cron = standing.Schedule.When.Cron,
        Zone = standing.Schedule.Zone.Id,
        Command = standing.Schedule.Command,
        Kind = standing.Schedule.Kind,
        CatchUp = standing.Schedule.CatchesUp,
        Jitter = Scheduling.Jitter.Text(standing.Schedule.Jitter),
        NotDuring = standing.Schedule.NotDuring.Text,
        State = standing.Schedule.PausedAt is null ? "on" : "paused",
        PausedAt = standing.Schedule.PausedAt,
        PausedBy = standing.Schedule.PausedBy,
        BuiltIn = standing.Schedule.IsBuiltIn,
        CreatedBy = standing.Schedule.CreatedBy,
        CreatedAt = standing.Schedule.CreatedAt,
        ChangedAt = standing.Schedule.ChangedAt,
        Next = next,
        OverdueSince = standing.OverdueSince,
        Runs = runs,
        Version = standing.Schedule.Version(),
    };
}

/// <summary>What became of one time at which a schedule was due, or of a run by hand.</summary>
/// <param name="DueAt">When it was due.</param>
/// <param name="Outcome">`started`, `waiting`, `skipped` or `failed`.</param>
/// <param name="At">When that was decided.</param>
/// <param name="StandsFor">How many times it stands for: more than 1 where some were missed before it.</param>
/// <param name="Job">The job's id.</param>
/// <param name="JobState">How the job stands.</param>
/// <param name="Reason">Why it is not just started.</param>
internal sealed record RunView(DateTimeOffset DueAt, string Outcome, DateTimeOffset At, long StandsFor, string? Job, string? JobState, string? Reason)
{
    internal static RunView Of(ScheduleRun run, string? jobState) => new(run.Occurrence, EnumText.Of(run.Outcome), run.At, run.StandsFor, run.JobId, jobState, run.Reason);
}

internal static class ScheduleVersion
{
    internal static string Version(this Schedule schedule) => schedule.Revision.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <exception cref="Refusal">Stale: it was changed since the caller saw it.</exception>
    internal static void RequireVersion(this Schedule schedule, string? seen)
    {
        if (seen is not null && seen != schedule.Version())
        {
            throw Changed(schedule.Name);
        }
    }

    internal static Refusal Changed(string name) => new(RefusalReason.Stale, $"Schedule {name} was changed meanwhile.", $"Look at it again: `schedule show {name}`.");
}
