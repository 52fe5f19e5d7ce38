using MmDrBot.Access;
using MmDrBot.Api;

namespace MmDrBot.Features.JobHistory;

internal static class JobsApi
{
    internal static RouteGroupBuilder MapJobs(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/jobs").WithTags("Jobs");
        group.MapGet("/", ListAsync).WithName("ListJobs").WithSummary("Lists jobs, newest first").WithDescription("What was asked for, by whom, and how it stands or ended.").Needs(Permission.ViewStatus);
        group.MapGet("/{id}", GetAsync).WithName("GetJob").WithSummary("Shows a job").WithDescription("`id` may be cut to its first characters.").Needs(Permission.ViewStatus).MayNotFind();
        group.MapPost("/{id}/cancel", CancelAsync).WithName("CancelJob").WithSummary("Cancels a job").WithDescription("A running job stops within seconds.").Needs(Permission.CancelJob).MayNotFind().MayConflict();
        return group;
    }

    private static async Task<IEnumerable<JobView>> ListAsync(HttpContext context, JobHistory jobs, [AsParameters] PageQuery page) =>
        (await Pages.ReadAsync(context, page, (limit, after) => jobs.ListAsync(limit, after, context.Actor(), context.RequestAborted), job => job.Id)).Select(JobView.Of);

    private static async Task<JobView> GetAsync(string id, HttpContext context, JobHistory jobs) =>
        JobView.Of(await jobs.GetAsync(id, context.Actor(), context.RequestAborted));

    private static async Task<JobView> CancelAsync(string id, HttpContext context, JobHistory jobs) =>
        JobView.Of(await jobs.CancelAsync(id, context.Actor(), context.RequestAborted));
}
