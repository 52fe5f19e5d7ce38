using MmDrBot.Announcing;
using MmDrBot.Jobs;
using MmDrBot.Verbs;

namespace MmDrBot.Features.JobHistory;

/// <summary>Announces how jobs end. Whoever cancels a job knows; a job that was asked for in chat has a post of its own besides.</summary>
internal sealed class JobNews(Announcements announcements, JobReports reports) : IJobReporter
{
    public Task JobChangedAsync(Job job, CancellationToken cancellationToken)
    {
        if (!job.IsOver || job.State is JobState.Cancelled)
        {
            return Task.CompletedTask;
        }

        return announcements.SayAsync(reports.NewsOf(job), $"{reports.TextOf(job)}\nAsked by {job.ActorName}.", cancellationToken);
    }
}
