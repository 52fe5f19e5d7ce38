namespace MmDrBot.Alarms;

/// <summary>
/// Judges one thing. It is asked by a loop of its own, apart from whatever does the work that it judges, and tells from what is there, never
/// from what should have run. It has a minute, changes nothing, and may throw: then its open alarms stay, and are an alarm themselves if
/// that goes on for long. Registered as a singleton, it is asked from then on.
/// </summary>
internal interface IAlarmSource
{
    /// <summary>Names it in the state and the log; stays the same.</summary>
    string Name { get; }

    /// <summary>How often to ask; zero: in each round.</summary>
    TimeSpan Every => TimeSpan.Zero;

    Task<AlarmJudgement> JudgeAsync(DateTimeOffset now, CancellationToken cancellationToken);
}
