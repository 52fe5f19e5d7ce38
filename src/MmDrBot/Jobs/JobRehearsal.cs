using MmDrBot.Data;

namespace MmDrBot.Jobs;

/// <summary>A launch that puts nothing into the state, and keeps what it would have put there.</summary>
/// <param name="occasion">In which case the job will run, such as "Whenever schedule nightly is due: "; begins what a second person is asked.</param>
/// <param name="terms">The same as data: an approval for this occasion is good for no other.</param>
internal sealed class JobRehearsal(string occasion, object terms)
{
    public string Occasion => occasion;

    public object Terms => terms;

    /// <summary>What would have been launched; null as long as nothing was.</summary>
    public NewJob? Job { get; private set; }

    /// <summary>What has to be done with the row that the rehearsal is for, such as the use of an approval.</summary>
    public Func<StateTransaction, CancellationToken, Task> Alongside { get; private set; } = (_, _) => Task.CompletedTask;

    public void Keep(NewJob job, JobLaunch launch) => (Job, Alongside) = (job, launch.Alongside ?? Alongside);
}
