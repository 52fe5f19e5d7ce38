using MmDrBot.Api;

namespace MmDrBot.Features.Approvals;

internal static class ApprovalsApi
{
    internal static RouteGroupBuilder MapApprovals(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/approvals").WithTags("Approvals");
        group.MapGet("/", ListAsync).WithSummary("Lists requests for a second person").WithDescription("Newest first; those that are over with `all=true`. Needs view_status.");
        group.MapGet("/{id}", GetAsync).WithSummary("Shows a request").WithDescription("With everything that will run. Needs view_status.").ProducesProblem(StatusCodes.Status404NotFound);
        group.MapPost("/{id}/approve", ApproveAsync).WithSummary("Approves a request").WithDescription("Never one's own. It runs when who asked repeats the request. Needs approve_operations, and what the operation itself needs.").ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        group.MapPost("/{id}/deny", DenyAsync).WithSummary("Denies a request").WithDescription("Or takes back one's own. Needs approve_operations, and what the operation itself needs.").ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        return group;
    }

    private static async Task<IReadOnlyList<ApprovalView>> ListAsync(HttpContext context, ListApprovals list, bool all = false) =>
        await list.HandleAsync(all, context.Actor(), context.RequestAborted);

    private static async Task<ApprovalView> GetAsync(string id, HttpContext context, ListApprovals list) =>
        await list.GetAsync(id, context.Actor(), context.RequestAborted);

    private static async Task<ApprovalView> ApproveAsync(string id, HttpContext context, DecideApproval decide) =>
        await decide.ApproveAsync(id, null, context.Actor(), context.RequestAborted);

    private static async Task<ApprovalView> DenyAsync(string id, DenyRequest request, HttpContext context, DecideApproval decide) =>
        await decide.DenyAsync(id, request.Reason, context.Actor(), context.RequestAborted);

    /// <summary>Why a request is denied.</summary>
    /// <param name="Reason">One line.</param>
    internal sealed record DenyRequest(string? Reason);
}
