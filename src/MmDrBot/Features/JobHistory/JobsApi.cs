using MmDrBot.Api;

namespace MmDrBot.Features.JobHistory;

internal static class JobsApi
{
    private const int MaximumPage = 200;

    internal static RouteGroupBuilder MapJobs(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/jobs").WithTags("Jobs");
        group.MapGet("/", ListAsync).WithSummary("Lists jobs, newest first").WithDescription("Pass the last id of a page as `before` to get the next page. Needs view_status.");
        group.MapGet("/{id}", GetAsync).WithName("GetJob").WithSummary("Shows a job").WithDescription("`id` may be cut to its first characters. Needs view_status.").ProducesProblem(StatusCodes.Status404NotFound);
        group.MapPost("/{id}/cancel", CancelAsync).WithSummary("Cancels a job").WithDescription("A running job stops within seconds. Needs cancel_job.").ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        return group;
    }

    private static async Task<IEnumerable<JobView>> ListAsync(HttpContext context, JobHistory jobs, int limit = 50, string? before = null) =>
        (await jobs.ListAsync(Math.Clamp(limit, 1, MaximumPage), before, context.Actor(), context.RequestAborted)).Select(JobView.Of);

    private static async Task<JobView> GetAsync(string id, HttpContext context, JobHistory jobs) =>
        JobView.Of(await jobs.GetAsync(id, context.Actor(), context.RequestAborted));

    private static async Task<JobView> CancelAsync(string id, HttpContext context, JobHistory jobs) =>
        JobView.Of(await jobs.CancelAsync(id, context.Actor(), context.RequestAborted));
}
