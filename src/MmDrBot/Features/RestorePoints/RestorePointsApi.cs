using MmDrBot.Api;

namespace MmDrBot.Features.RestorePoints;

internal static class RestorePointsApi
{
    internal static RouteGroupBuilder MapRestorePoints(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/restore-points").WithTags("Restore points");
        group.MapGet("/", ListAsync).WithSummary("Lists restore points, newest first").WithDescription("Those whose manifest can't be read come first, as damaged. Needs view_restore_points.");
        group.MapGet("/{id}", GetAsync).WithSummary("Shows a restore point").WithDescription("`id` may be cut to its first digits, or be latest. Needs view_restore_points.").ProducesProblem(StatusCodes.Status404NotFound);
        group.MapDelete("/{id}", ForgetAsync).WithSummary("Forgets a restore point").WithDescription("Its space is freed by a later prune. Needs manage_repository.").ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        return group;
    }

    private static async Task<IEnumerable<RestorePointView>> ListAsync(HttpContext context, ListRestorePoints list) => await list.HandleAsync(context.Actor(), context.RequestAborted);

    private static async Task<RestorePointView> GetAsync(string id, HttpContext context, ShowRestorePoint show) =>
        RestorePointView.Of(await show.HandleAsync(id, context.Actor(), context.RequestAborted));

    private static async Task<ForgottenView> ForgetAsync(string id, HttpContext context, ForgetRestorePoint forget) =>
        new(await forget.HandleAsync(id, context.Actor(), context.RequestAborted));

    /// <summary>The id of the restore point that is forgotten.</summary>
    private sealed record ForgottenView(string Forgotten);
}
