using Microsoft.AspNetCore.Http.HttpResults;
using MmDrBot.Access;
using MmDrBot.Api;
using MmDrBot.Jobs;
using MmDrBot.Scheduling;

namespace MmDrBot.Features.Schedules;

internal static class SchedulesApi
{
    internal static RouteGroupBuilder MapSchedules(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/schedules").WithTags("Schedules");
        group.MapGet("/", ListAsync).WithName("ListSchedules").WithSummary("Lists the schedules, by name").WithDescription("Each with its next time and what became of it last.").Needs(Permission.ViewStatus);
        group.MapPost("/", AddAsync).WithName("AddSchedule").WithSummary("Puts a command on a schedule").WithDescription("The command is tried without being carried out, with the caller's permissions; what could never run is refused. 403 with `needs_approval` where a second person has to agree first.").Needs(Permission.ManageSchedules).MayConflict();
        group.MapGet("/{schedule}", GetAsync).WithName("GetSchedule").WithSummary("Shows a schedule").WithDescription("With its next five times and its last runs. Its ETag goes into If-Match where it is changed.").Needs(Permission.ViewStatus).MayNotFind();
        group.MapPatch("/{schedule}", ChangeAsync).WithName("ChangeSchedule").WithSummary("Changes a schedule").WithDescription("What is left out stays as it is. What was due before and has not run is left out.").Needs(Permission.ManageSchedules).TakesIfMatch().MayNotFind();
        group.MapDelete("/{schedule}", RemoveAsync).WithName("RemoveSchedule").WithSummary("Removes a schedule").WithDescription("With what is known of its runs; their jobs stay. 409 for one that came with MmDrBot.").Needs(Permission.ManageSchedules).TakesIfMatch().MayNotFind().MayConflict();
        group.MapPost("/{schedule}/pause", PauseAsync).WithName("PauseSchedule").WithSummary("Lets a schedule rest").Needs(Permission.ManageSchedules).TakesIfMatch().MayNotFind();
        group.MapPost("/{schedule}/resume", ResumeAsync).WithName("ResumeSchedule").WithSummary("Has a paused schedule run again").WithDescription("What was due meanwhile is left out.").Needs(Permission.ManageSchedules).TakesIfMatch().MayNotFind();
        group.MapPost("/{schedule}/run", RunAsync).WithName("RunSchedule").WithSummary("Runs a schedule's command now").WithDescription("In the caller's name, who needs the command's own permission as well.").Needs(Permission.ManageSchedules).MayNotFind().MayConflict();
        return group;
    }

    private static async Task<IEnumerable<ScheduleView>> ListAsync(HttpContext context, ShowSchedules show, [AsParameters] PageQuery page) =>
        await Pages.ReadAsync(context, page, async (limit, after) => Pages.Slice(await show.ListAsync(context.Actor(), context.RequestAborted), limit, after, view => view.Name), view => view.Name);

    private static async Task<ScheduleView> GetAsync(string schedule, HttpContext context, ShowSchedules show) => await AnswerAsync(schedule, context.Actor(), context, show);

    private static async Task<Created<ScheduleView>> AddAsync(NewScheduleBody body, HttpContext context, AddSchedule add, ShowSchedules show)
    {
        var made = await add.HandleAsync(new NewScheduleRequest((body.Name ?? "").Trim().ToLowerInvariant(), body.Terms()), context.Actor(), context.RequestAborted);
        return TypedResults.Created($"/api/v1/schedules/{made.Name}", await AnswerAsync(made.Name, context, show));
    }

    private static async Task<ScheduleView> ChangeAsync(string schedule, ScheduleRequest body, HttpContext context, ChangeSchedule change, ShowSchedules show)
    {
        await change.HandleAsync(schedule, body, context.IfMatch(), context.Actor(), context.RequestAborted);
        return await AnswerAsync(schedule, context, show);
    }

    private static async Task<RemovedSchedule> RemoveAsync(string schedule, HttpContext context, ChangeSchedule change) =>
        new((await change.RemoveAsync(schedule, context.IfMatch(), context.Actor(), context.RequestAborted)).Name);

    private static async Task<ScheduleView> PauseAsync(string schedule, HttpContext context, ChangeSchedule change, ShowSchedules show)
    {
        await change.PauseAsync(schedule, context.IfMatch(), context.Actor(), context.RequestAborted);
        return await AnswerAsync(schedule, context, show);
    }

    private static async Task<ScheduleView> ResumeAsync(string schedule, HttpContext context, ChangeSchedule change, ShowSchedules show)
    {
        await change.ResumeAsync(schedule, context.IfMatch(), context.Actor(), context.RequestAborted);
        return await AnswerAsync(schedule, context, show);
    }

    private static async Task<Accepted<JobAccepted>> RunAsync(string schedule, HttpContext context, RunSchedule run)
    {
        var jobs = new ScheduledJobs(new JobLaunch());
        await run.HandleAsync(schedule, context.Actor(), jobs, context.RequestAborted);
        return JobAccepted.Of(jobs.Launched!);
    }

    /// <summary>Whoever has changed a schedule sees what came of it, and may see nothing else.</summary>
    private static Task<ScheduleView> AnswerAsync(string name, HttpContext context, ShowSchedules show) =>
        AnswerAsync(name, context.Actor() with { Permissions = context.Actor().Permissions.Append(Permission.ViewStatus).ToHashSet() }, context, show);

    private static async Task<ScheduleView> AnswerAsync(string name, Actor reader, HttpContext context, ShowSchedules show)
    {
        var view = await show.GetAsync(name, reader, context.RequestAborted);
        context.SetETag(view.Version);
        return view;
    }

    /// <summary>A schedule to be made.</summary>
    internal sealed record NewScheduleBody
    {
        /// <summary>1 to 63 small letters, digits, dots or dashes.</summary>
        public string? Name { get; init; }

        /// <summary>Such as `daily 02:30`, `weekly sun 03:00`, `hourly`, or a cron expression of five fields.</summary>
        public string? When { get; init; }

        /// <summary>IANA's name of the time zone; if left out, the one of the settings, else UTC.</summary>
        public string? Zone { get; init; }

        /// <summary>What runs, as it would be typed.</summary>
        public string? Command { get; init; }

        /// <summary>Whether what was missed is caught up, by one run; true if left out.</summary>
        public bool? CatchUp { get; init; }

        /// <summary>By how much a run may be put off, such as `10m`.</summary>
        public string? Jitter { get; init; }

        /// <summary>When nothing may start, such as `Mon-Fri 08:00-18:00`.</summary>
        public string? NotDuring { get; init; }

        internal ScheduleRequest Terms() => new() { When = When, Zone = Zone, Command = Command, CatchUp = CatchUp, Jitter = Jitter, NotDuring = NotDuring };
    }

    /// <summary>The schedule that was removed.</summary>
    /// <param name="Removed">Its name.</param>
    internal sealed record RemovedSchedule(string Removed);
}
