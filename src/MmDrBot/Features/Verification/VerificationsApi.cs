using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using MmDrBot.Access;
using MmDrBot.Api;
using MmDrBot.Jobs;

namespace MmDrBot.Features.Verification;

internal static class VerificationsApi
{
    internal static RouteGroupBuilder MapVerifications(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/verifications").WithTags("Verifications");
        group.MapPost("/", StartAsync).WithName("StartVerification").WithSummary("Verifies a restore point").WithDescription("`level` is structure (lists, indexes, packs present), data (every byte), drill (it is restored into a scratch database and directory, and compared) or boot (besides, Mattermost is started on that). At most one drill runs at a time.").Needs(Permission.Verify).MayConflict();
        group.MapGet("/", ListAsync).WithName("ListVerifications").WithSummary("Lists what verifications and drills found, newest first").WithDescription("As the repository's own records have it. `restorePoint` may be cut to its first digits, at least four, or be latest.").Needs(Permission.ViewRestorePoints).MayNotFind();
        return group;
    }

    private static async Task<Accepted<JobAccepted>> StartAsync(StartVerificationRequest request, HttpContext context, StartVerification start) =>
        JobAccepted.Of(await start.HandleAsync(request with { Level = request.Level ?? "structure", RestorePoint = request.RestorePoint ?? "" }, context.Actor(), new JobLaunch(), context.RequestAborted));

    private static async Task<IEnumerable<VerificationView>> ListAsync([FromQuery(Name = "restorePoint")] string? restorePoint, HttpContext context, ListVerifications list, [AsParameters] PageQuery page)
    {
        var all = await list.HandleAsync(restorePoint, context.Actor(), context.RequestAborted);
        return await Pages.ReadAsync(context, page, (limit, after) => Task.FromResult(Pages.Slice(all, limit, after, view => view.Id)), view => view.Id);
    }
}
