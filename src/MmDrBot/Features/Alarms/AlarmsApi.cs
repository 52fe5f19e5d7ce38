using MmDrBot.Access;
using MmDrBot.Api;

namespace MmDrBot.Features.Alarms;

internal static class AlarmsApi
{
    internal static RouteGroupBuilder MapAlarms(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/alarms").WithTags("Alarms");
        group.MapGet("/", ListAsync).WithName("ListAlarms").WithSummary("Lists open alarms, the worst first").WithDescription("With `all=true` those of the last 180 days, newest first.").Needs(Permission.ViewStatus);
        group.MapGet("/{id}", GetAsync).WithName("GetAlarm").WithSummary("Shows an alarm").WithDescription("`id` may be cut to its first characters.").Needs(Permission.ViewStatus).MayNotFind();
        group.MapPost("/{id}/acknowledgement", AcknowledgeAsync).WithName("AcknowledgeAlarm").WithSummary("Acknowledges an alarm").WithDescription("It stays open until its cause is gone, but nobody is reminded of it any more.").Needs(Permission.ManageAlarms).MayNotFind().MayConflict();
        group.MapPost("/check", CheckAsync).WithName("CheckAlarms").WithSummary("Judges everything now").WithDescription("From the service's host, beside the rounds that it makes by itself; raises no alarm and tells nobody.").Needs(Permission.ViewStatus);
        group.MapPost("/test", TestAsync).WithName("TestAlarms").WithSummary("Sends a test on every way").WithDescription("To the channels, by mail and to the dead man's switch; answers which took it.").Needs(Permission.ManageAlarms);
        group.MapPost("/test/mail", TestMailAsync).WithName("TestMail").WithSummary("Sends a test mail").WithDescription("To any address, through the mail server of the settings.").Needs(Permission.ManageAlarms);
        return group;
    }

    private static async Task<IReadOnlyList<AlarmView>> ListAsync(HttpContext context, ListAlarms list, [AsParameters] PageQuery page, bool all = false) =>
        await Pages.ReadAsync(
            context,
            page,
            async (limit, after) => all
                ? await list.PageAsync(limit, after, context.Actor(), context.RequestAborted) ?? throw Pages.NoCursor(after)
                : Pages.Slice(await list.HandleAsync(false, context.Actor(), context.RequestAborted), limit, after, alarm => alarm.Id),
            alarm => alarm.Id);

    private static async Task<AlarmView> GetAsync(string id, HttpContext context, ListAlarms list) => await list.GetAsync(id, context.Actor(), context.RequestAborted);

    private static async Task<AlarmView> AcknowledgeAsync(string id, AcknowledgementRequest? request, HttpContext context, AcknowledgeAlarm acknowledge) =>
        await acknowledge.HandleAsync(new AcknowledgeAlarmRequest(id, request?.Note), context.Actor(), context.RequestAborted);

    private static async Task<AlarmCheck> CheckAsync(HttpContext context, CheckAlarms check) => await check.HandleAsync(context.Actor(), context.RequestAborted);

    private static async Task<IReadOnlyList<TestedWay>> TestAsync(HttpContext context, TestAlarms test) => await test.HandleAsync(context.Actor(), context.RequestAborted);

    private static async Task<TestedWay> TestMailAsync(TestMailRequest request, HttpContext context, TestAlarms test) => await test.MailAsync(request.Address ?? "", context.Actor(), context.RequestAborted);

    /// <summary>What is said to an alarm.</summary>
    /// <param name="Note">One line.</param>
    internal sealed record AcknowledgementRequest(string? Note);

    /// <summary>Who gets a test mail.</summary>
    /// <param name="Address">A mail address.</param>
    internal sealed record TestMailRequest(string Address);
}
