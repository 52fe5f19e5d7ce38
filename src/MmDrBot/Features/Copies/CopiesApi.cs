using Microsoft.AspNetCore.Http.HttpResults;
using MmDrBot.Access;
using MmDrBot.Api;
using MmDrBot.Jobs;

namespace MmDrBot.Features.Copies;

internal static class CopiesApi
{
    internal static void MapCopies(this RouteGroupBuilder api)
    {
        api.MapGroup("/repositories").WithTags("Repository").MapGet("/", ListAsync).WithName("ListRepositories").WithSummary("Lists the repository and its copies").WithDescription("How each stands, how many restore points it holds, and how far a copy is behind. Looks into each; one that does not answer within 20 seconds is unreachable.").Needs(Permission.ViewStatus);
        api.MapGroup("/replications").WithTags("Repository").MapPost("/", StartAsync).WithName("StartReplication").WithSummary("Copies restore points to another repository").WithDescription("What the copy lacks is copied, the newest restore point first. `copy` may be left out where there is only one. At most one runs for each copy.").Needs(Permission.ManageRepository).MayNotFind().MayConflict();
    }

    private static async Task<IReadOnlyList<RepositoryStanding>> ListAsync(HttpContext context, ListRepositories list, [AsParameters] PageQuery page) =>
        await Pages.ReadAsync(context, page, async (limit, after) => Pages.Slice(await list.HandleAsync(context.Actor(), context.RequestAborted), limit, after, one => one.Name), one => one.Name);

    private static async Task<Accepted<JobAccepted>> StartAsync(ReplicationBody? body, HttpContext context, Replicate replicate) =>
        JobAccepted.Of(await replicate.HandleAsync(body?.Copy, body?.RestorePoint, context.Actor(), new JobLaunch(), context.RequestAborted));

    /// <summary>What to copy where.</summary>
    /// <param name="Copy">The copy's name; may be left out where there is only one.</param>
    /// <param name="RestorePoint">Only this restore point: its id, the first digits of it, or latest.</param>
    internal sealed record ReplicationBody(string? Copy, string? RestorePoint);
}
