namespace MmDrBot.Jobs;

/// <summary>Who takes a job, and until when nobody else may.</summary>
/// <param name="Owner">Unique to this claim.</param>
internal sealed record JobClaim(string Owner, ProcessIdentity Process, DateTimeOffset Until)
{
    public static JobClaim ByThisProcess(DateTimeOffset until) =>
        new(Guid.NewGuid().ToString("N"), ProcessIdentity.Current, until);
}
