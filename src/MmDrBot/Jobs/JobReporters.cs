using MmDrBot.Settings;

namespace MmDrBot.Jobs;

/// <summary>All who want to know. None of them can fail a job or hold it up for long.</summary>
internal sealed partial class JobReporters(
    IEnumerable<IJobReporter> reporters, TimeProvider time, ILogger<JobReporters> logger)
{
    /// <summary>Never throws.</summary>
    public async Task TellAsync(Job job)
    {
        foreach (var reporter in reporters)
            await TellAsync(reporter, job);
    }

    private async Task TellAsync(IJobReporter reporter, Job job)
    {
        using var timeout = new CancellationTokenSource(JobOptions.ReportTimeout, time);

        try
        {
            await reporter.JobChangedAsync(job, timeout.Token).WaitAsync(timeout.Token);
        }
        catch (Exception exception)
        {
            Log.ReportFailed(logger, exception, job.Id, reporter.GetType().Name);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "Job {JobId} could not be reported by {Reporter}.")]
        public static partial void ReportFailed(ILogger logger, Exception exception, string jobId, string reporter);
    }
}
