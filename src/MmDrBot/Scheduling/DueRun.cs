namespace MmDrBot.Scheduling;

/// <summary>The newest occurrence that is due, and those before it for which it stands.</summary>
/// <param name="Occurrence">As the expression has it.</param>
/// <param name="At">When it is to start: put off by jitter and quiet times.</param>
/// <param name="StandsFor">How many occurrences have come due, itself included.</param>
/// <param name="Since">When the first of them was to start.</param>
internal sealed record DueRun(DateTimeOffset Occurrence, DateTimeOffset At, long StandsFor, DateTimeOffset Since);
