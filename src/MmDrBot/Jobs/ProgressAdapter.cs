using MmDrBot.Engine.Backup;

namespace MmDrBot.Jobs;

/// <summary>Turns the engine's reports into a job's progress: rate from the start on, time left from the rate.</summary>
internal sealed class ProgressAdapter(IProgress<JobProgress> jobs) : IProgress<ProgressReport>
{
    public void Report(ProgressReport value)
    {
        var rate = value.Elapsed.TotalSeconds > 0.5 ? value.Done / value.Elapsed.TotalSeconds : 0;
        var known = value.Total > 0 && value.Done <= value.Total;
        jobs.Report(new JobProgress(value.Phase)
        {
            BytesDone = value.Done,
            BytesTotal = known ? value.Total : null,
            Percent = known ? 100.0 * value.Done / value.Total : null,
            BytesPerSecond = rate > 0 ? rate : null,
            EtaSeconds = known && rate > 0 ? (value.Total - value.Done) / rate : null,
        });
    }
}
