namespace MmDrBot.Jobs;

/// <summary>What the row answered to a renewal.</summary>
internal enum JobLease
{
    Held,
    CancelRequested,
    Lost,
}
