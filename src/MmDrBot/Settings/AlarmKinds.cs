namespace MmDrBot.Settings;

/// <summary>What alarms tell of (docs/alarms.md). A name once given stays.</summary>
internal static class AlarmKinds
{
    internal const string BackupOverdue = "backup_overdue";
    internal const string DrillOverdue = "drill_overdue";
    internal const string RestorePointDamaged = "restore_point_damaged";
    internal const string RestorePointAhead = "restore_point_ahead";
    internal const string RepositoryDamaged = "repository_damaged";
    internal const string RepositoryUnreachable = "repository_unreachable";
    internal const string JobFailed = "job_failed";
    internal const string ScheduleOverdue = "schedule_overdue";
    internal const string ScheduleRefused = "schedule_refused";
    internal const string CopyBehind = "copy_behind";
    internal const string LocksEnding = "locks_ending";
    internal const string LifecycleRule = "lifecycle_rule";
    internal const string TableEmptied = "table_emptied";
    internal const string Growth = "growth";
    internal const string Shrink = "shrink";
    internal const string KeyExpiry = "key_expiry";
    internal const string CertificateExpiry = "certificate_expiry";
    internal const string ClockSkew = "clock_skew";
    internal const string WebhookFailing = "webhook_failing";
    internal const string TellingFailed = "telling_failed";
    internal const string HeartbeatFailed = "heartbeat_failed";
    internal const string NotJudged = "not_judged";
    internal const string StateUnreachable = "state_unreachable";

    internal static readonly IReadOnlyList<string> Names =
    [
        BackupOverdue, DrillOverdue, RestorePointDamaged, RestorePointAhead, RepositoryDamaged, RepositoryUnreachable, JobFailed, ScheduleOverdue, ScheduleRefused, CopyBehind, LocksEnding, LifecycleRule, Growth, Shrink, TableEmptied, KeyExpiry, CertificateExpiry, ClockSkew,
        WebhookFailing, TellingFailed, HeartbeatFailed, NotJudged, StateUnreachable,
    ];
}
