namespace MmDrBot.Settings;

/// <summary>What can be announced; in the settings by its name in snake case.</summary>
internal enum NewsKind
{
    ProviderDown,
    ProviderUp,
    OutageOpened,
    OutageClosed,
    OutageReminder,

    /// <summary>Somebody's conversion needs a look: interrupted work, drift, a restored database.</summary>
    AccountProblem,

    ApprovalRequested,
    ApprovalDecided,
    GlassBroken,

    /// <summary>A job failed, was interrupted, or partly failed.</summary>
    JobFailed,

    /// <summary>A job succeeded; said only where the settings name a target.</summary>
    JobSucceeded,

    /// <summary>A restore point was restored on trial, and is right.</summary>
    DrillPassed,

    /// <summary>A restore drill failed, or could not be carried out.</summary>
    DrillFailed,

    /// <summary>An alarm was raised, got worse, is back, or is still open.</summary>
    AlarmOpened,

    AlarmResolved,
}
