using MmDrBot.Access;
using MmDrBot.Api;

namespace MmDrBot.Features.RestorePoints;

internal static class RestorePointsApi
{
    internal static RouteGroupBuilder MapRestorePoints(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/restore-points").WithTags("Restore points");
        group.MapGet("/", ListAsync).WithName("ListRestorePoints").WithSummary("Lists restore points, newest first").WithDescription("Those whose manifest can't be read come first, as damaged.").Needs(Permission.ViewRestorePoints);
        group.MapGet("/{id}", GetAsync).WithName("GetRestorePoint").WithSummary("Shows a restore point").WithDescription("`id` may be cut to its first digits, at least four, or be latest.").Needs(Permission.ViewRestorePoints).MayNotFind();
        group.MapDelete("/{id}", ForgetAsync).WithName("ForgetRestorePoint").WithSummary("Forgets a restore point").WithDescription("Its space is freed by a later prune. `id` may be cut to its first digits, at least four. 409 where it is pinned or held, and for the last one of all unless `evenLast=true`.").Needs(Permission.ManageRepository).MayNotFind().MayConflict();
        group.MapPins();
        return group;
    }

    private static async Task<IEnumerable<RestorePointView>> ListAsync(HttpContext context, ListRestorePoints list, [AsParameters] PageQuery page, string? repository) =>
        await Pages.ReadAsync(context, page, (limit, after) => list.PageAsync(repository, limit, after, context.Actor(), context.RequestAborted), RestorePointOrder.CursorOf);

    private static async Task<RestorePointView> GetAsync(string id, HttpContext context, ShowRestorePoint show, string? repository)
    {
        var (point, trust) = await show.HandleAsync(id, repository, context.Actor(), context.RequestAborted);
        return await show.ViewAsync(repository, point, trust, context.RequestAborted);
    }

    private static async Task<ForgottenView> ForgetAsync(string id, HttpContext context, ForgetRestorePoint forget, string? repository, bool evenLast = false) =>
        new(await forget.HandleAsync(id, repository, evenLast, context.Actor(), context.RequestAborted));

    /// <summary>The id of the restore point that is forgotten.</summary>
    private sealed record ForgottenView(string Forgotten);
}
