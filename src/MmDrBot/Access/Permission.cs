namespace MmDrBot.Access;

/// <summary>What an actor may do; use cases ask for these, never for a role.</summary>
internal enum Permission
{
    ViewStatus,
    ViewRestorePoints,
    TakeBackup,
    Verify,
    Restore,
    ManageRepository,
    ManageSchedules,
    ManageOutages,
    ConvertAccounts,
    ManageApiKeys,
    ViewAudit,
    CancelJob,
    ApproveOperations,
    ManageSecondFactors,
    ManageRegistration,
    ManageWebhooks,
    ManageKeys,
    PinRestorePoints,
    ReleaseHolds,
    ManageAlarms,
    SignOffAccounts,
}
