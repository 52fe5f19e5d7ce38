namespace MmDrBot.Approvals;

/// <summary>Waiting -> Approved -> Used, or Waiting -> Denied; what was neither in time is expired.</summary>
internal enum ApprovalState
{
    Waiting,
    Approved,
    Denied,
    Used,
    Expired,
}
