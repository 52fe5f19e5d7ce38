using MmDrBot.Access;
using MmDrBot.Protection;

namespace MmDrBot.Jobs;

/// <summary>Takes locks of this host for jobs. What nobody sits in front of waits until others are done; people are told at once.</summary>
internal static class JobLocks
{
    /// <summary>The phase of a job that does nothing yet.</summary>
    internal const string Waiting = "wait";

    private static readonly TimeSpan Patience = TimeSpan.FromHours(6);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    /// <exception cref="Refusal">Locked: another is at work, and nobody waits or all patience is gone.</exception>
    internal static async Task<HostLock> TakeAsync(Job job, Func<HostLock> take, IProgress<JobProgress> progress, TimeProvider time, CancellationToken cancellationToken)
    {
        var until = time.GetUtcNow() + Patience;
        while (true)
        {
            try
            {
                return take();
            }
            catch (Refusal busy) when (busy.Reason is RefusalReason.Locked && job.Door is (Door.Schedule or Door.System) && time.GetUtcNow() < until)
            {
                progress.Report(new JobProgress(Waiting) { Message = busy.Message });
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }
}
