namespace MmDrBot.Webhooks;

/// <summary>The kinds of events (docs/webhooks.md). A name once given stays.</summary>
internal static class WebhookEvents
{
    internal const string JobFinished = "job.finished";
    internal const string RestorePointTaken = "restore_point.taken";
    internal const string RestorePointVerified = "restore_point.verified";
    internal const string RestorePointDamaged = "restore_point.damaged";
    internal const string OutageOpened = "outage.opened";
    internal const string OutageClosed = "outage.closed";

    internal const string AlarmOpened = "alarm.opened";
    internal const string AlarmResolved = "alarm.resolved";

    /// <summary>Beside <see cref="AlarmOpened"/>, when there is no restore point that is new enough.</summary>
    internal const string BackupOverdue = "backup.overdue";

    /// <summary>Sent on request alone.</summary>
    internal const string Test = "webhook.test";

    /// <summary>Whoever asks for this gets all, those of later versions too.</summary>
    internal const string All = "*";

    internal static readonly IReadOnlyList<string> Names = [JobFinished, RestorePointTaken, RestorePointVerified, RestorePointDamaged, OutageOpened, OutageClosed, AlarmOpened, AlarmResolved, BackupOverdue];
}
