using MmDrBot.Access;

namespace MmDrBot.Audit;

/// <summary>Who did what to what, and how it ended.</summary>
/// <param name="At">Kept to the millisecond.</param>
/// <param name="Action">Noun and past participle, e.g. "backup.started".</param>
/// <param name="Target">What it was done to, e.g. a job's id.</param>
internal sealed record AuditEntry(
    DateTimeOffset At, string Actor, Door Door, string Action, string? Target, AuditOutcome Outcome)
{
    /// <summary>JSON, without secrets.</summary>
    public string? DetailJson { get; init; }

    /// <summary>Ties a failure to its exception in the log, or the entries of one request together.</summary>
    public string? Reference { get; init; }

    public static AuditEntry By(Actor actor, DateTimeOffset at, string action, string? target, AuditOutcome outcome) =>
        new(at, actor.Name, actor.Door, action, target, outcome) { Reference = actor.RequestId };
}
