using MmDrBot.Data;

namespace MmDrBot.Jobs;

/// <summary>How a job begins: waiting for a worker, or claimed by the process that asked; and where news of it go.</summary>
internal sealed record JobLaunch(JobClaim? Claim = null, string? ReplyToJson = null)
{
    /// <summary>What has to be done with the row, or neither is. Such a job has a row even on the host.</summary>
    public Func<StateTransaction, CancellationToken, Task>? Alongside { get; init; }

    /// <summary>As <see cref="Alongside"/>, once the row is there.</summary>
    public Func<StateTransaction, Job, CancellationToken, Task>? Recorded { get; init; }

    /// <summary>Whether the words are a schedule's, whoever runs them now: they were agreed on when it was made, and nobody is shown anything first.</summary>
    public bool OfSchedule { get; init; }

    /// <summary>Set where nothing is to be launched in earnest.</summary>
    public JobRehearsal? Rehearsal { get; init; }
}
