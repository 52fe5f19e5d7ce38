namespace MmDrBot.Audit;

internal enum AuditOutcome
{
    Started,
    Succeeded,
    Failed,
    Refused,
}
