using MmDrBot.Access;
using MmDrBot.Api;

namespace MmDrBot.Features.Approvals;

internal static class ApprovalsApi
{
    internal static RouteGroupBuilder MapApprovals(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/approvals").WithTags("Approvals");
        group.MapGet("/", ListAsync).WithName("ListApprovals").WithSummary("Lists requests for a second person, newest first").WithDescription("Those that are over too with `all=true`.").Needs(Permission.ViewStatus);
        group.MapGet("/{id}", GetAsync).WithName("GetApproval").WithSummary("Shows a request for a second person").WithDescription("With everything that will run.").Needs(Permission.ViewStatus).MayNotFind();
        group.MapPost("/{id}/approve", ApproveAsync).WithName("Approve").WithSummary("Approves what another asked for").WithDescription("Never one's own request. It runs when who asked repeats it. Needs what the operation itself needs, too.").Needs(Permission.ApproveOperations).MayNotFind().MayConflict();
        group.MapPost("/{id}/deny", DenyAsync).WithName("Deny").WithSummary("Denies what another asked for").WithDescription("Or takes back one's own request, which needs no permission.").Needs(Permission.ApproveOperations).MayNotFind().MayConflict();
        return group;
    }

    private static async Task<IReadOnlyList<ApprovalView>> ListAsync(HttpContext context, ListApprovals list, [AsParameters] PageQuery page, bool all = false) =>
        await Pages.ReadAsync(context, page, async (limit, after) => await list.PageAsync(all, limit, after, context.Actor(), context.RequestAborted) ?? throw Pages.NoCursor(after), approval => approval.Id);

    private static async Task<ApprovalView> GetAsync(string id, HttpContext context, ListApprovals list) =>
        await list.GetAsync(id, context.Actor(), context.RequestAborted);

    private static async Task<ApprovalView> ApproveAsync(string id, HttpContext context, DecideApproval decide) =>
        await decide.ApproveAsync(id, null, context.Actor(), context.RequestAborted);

    private static async Task<ApprovalView> DenyAsync(string id, DenyRequest? request, HttpContext context, DecideApproval decide) =>
        await decide.DenyAsync(id, request?.Reason, context.Actor(), context.RequestAborted);

    /// <summary>Why a request is denied.</summary>
    /// <param name="Reason">One line.</param>
    internal sealed record DenyRequest(string? Reason);
}
