using MmDrBot.Access;

namespace MmDrBot.Scheduling;

/// <summary>What became of one occurrence of a schedule, or of a run by hand.</summary>
/// <param name="ScheduleId">Whose it is.</param>
/// <param name="Occurrence">When it was due.</param>
/// <param name="Outcome">How it stands.</param>
/// <param name="At">When that was decided.</param>
internal sealed record ScheduleRun(string ScheduleId, DateTimeOffset Occurrence, RunOutcome Outcome, DateTimeOffset At)
{
    /// <summary>How many occurrences it stands for: itself, and those that were missed or put off before it.</summary>
    public long StandsFor { get; init; } = 1;

    public string? JobId { get; init; }

    /// <summary>Why it was late, waits, was skipped or failed.</summary>
    public string? Reason { get; init; }

    /// <summary>Its first job was interrupted, and it is started a second time.</summary>
    public bool IsRepeated { get; init; }
}

/// <summary>A row of schedule_runs.</summary>
internal sealed class ScheduleRunRow
{
    public string ScheduleId { get; init; } = "";

    public long Occurrence { get; init; }

    public string Outcome { get; init; } = "";

    public long At { get; init; }

    public long StandsFor { get; init; }

    public string? JobId { get; init; }

    public string? Reason { get; init; }

    public long Repeated { get; init; }

    internal static ScheduleRunRow Of(ScheduleRun run) => new()
    {
        ScheduleId = run.ScheduleId,
        Occurrence = run.Occurrence.ToUnixTimeMilliseconds(),
        Outcome = EnumText.Of(run.Outcome),
        At = run.At.ToUnixTimeMilliseconds(),
        StandsFor = run.StandsFor,
        JobId = run.JobId,
        Reason = run.Reason,
    };

    internal ScheduleRun ToRun() => new(ScheduleId, DateTimeOffset.FromUnixTimeMilliseconds(Occurrence), EnumText.Parse<RunOutcome>(Outcome), DateTimeOffset.FromUnixTimeMilliseconds(At))
    {
        StandsFor = StandsFor,
        JobId = JobId,
        Reason = Reason,
        IsRepeated = Repeated != 0,
    };
}
