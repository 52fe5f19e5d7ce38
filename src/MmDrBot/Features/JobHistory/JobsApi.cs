using Microsoft.AspNetCore.Http.HttpResults;
using MmDrBot.Access;
using MmDrBot.Api;
using MmDrBot.Jobs;

namespace MmDrBot.Features.JobHistory;

internal static class JobsApi
{
    internal static RouteGroupBuilder MapJobs(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/jobs").WithTags("Jobs");
        group.MapGet("/", ListAsync).WithName("ListJobs").WithSummary("Lists jobs, newest first").WithDescription("What was asked for, by whom, and how it stands or ended.").Needs(Permission.ViewStatus);
        group.MapGet("/{id}", GetAsync).WithName("GetJob").WithSummary("Shows a job").WithDescription("`id` may be cut to its first characters.").Needs(Permission.ViewStatus).MayNotFind();
        group.MapGet("/{id}/events", EventsAsync).WithName("FollowJob").WithSummary("Follows a job").WithDescription("Server-sent events (text/event-stream), each with the whole job as data: `progress` at once and at each change, `end` when it is over; then the stream ends. A comment every 15 s says that the line holds. Come back with the last event's id in `Last-Event-ID` to hear only what is new; 204 says that there is nothing more to come.").Needs(Permission.ViewStatus).MayNotFind().RequireRateLimiting(RequestLimits.Streams)
            .Produces<JobView>(StatusCodes.Status200OK, "text/event-stream");
        group.MapPost("/{id}/cancel", CancelAsync).WithName("CancelJob").WithSummary("Cancels a job").WithDescription("A running job stops within seconds.").Needs(Permission.CancelJob).MayNotFind().MayConflict();
        return group;
    }

    private static async Task<IEnumerable<JobView>> ListAsync(HttpContext context, JobHistory jobs, [AsParameters] PageQuery page) =>
        (await Pages.ReadByTimeAsync(context, page, (limit, after) => jobs.ListAsync(limit, after, context.Actor(), context.RequestAborted), job => job.Id)).Select(JobView.Of);

    private static async Task<JobView> GetAsync(string id, HttpContext context, JobHistory jobs) =>
        JobView.Of(await jobs.GetAsync(id, context.Actor(), context.RequestAborted));

    private static async Task<Results<NoContent, ServerSentEventsResult<JobView>>> EventsAsync(string id, HttpContext context, JobHistory jobs, JobEvents events)
    {
        var seen = context.Request.Headers["Last-Event-ID"].ToString();
        var job = await jobs.GetAsync(id, context.Actor(), context.RequestAborted);
        if (job.IsOver && seen == JobEvents.IdOf(JobView.Of(job)))
        {
            return TypedResults.NoContent();
        }

        return TypedResults.ServerSentEvents(events.FollowAsync(job.Id, seen.Length > 0 ? seen : null, () => SayAliveAsync(context), context.Actor(), context.RequestAborted));
    }

    /// <summary>A line that begins with a colon is a comment. Between two events nobody else writes, so it can go straight into the body.</summary>
    private static async Task SayAliveAsync(HttpContext context)
    {
        await context.Response.Body.WriteAsync(": still at work\n\n"u8.ToArray(), context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    private static async Task<JobView> CancelAsync(string id, HttpContext context, JobHistory jobs) =>
        JobView.Of(await jobs.CancelAsync(id, context.Actor(), context.RequestAborted));
}
