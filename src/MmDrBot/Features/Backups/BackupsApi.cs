using Microsoft.AspNetCore.Http.HttpResults;
using MmDrBot.Access;
using MmDrBot.Api;
using MmDrBot.Jobs;

namespace MmDrBot.Features.Backups;

internal static class BackupsApi
{
    internal static RouteGroupBuilder MapBackups(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/backups").WithTags("Backups");
        group.MapPost("/", StartAsync).WithName("StartBackup").WithSummary("Takes a backup").WithDescription("`components` may hold database, config and files; without, all are taken. `copies` names the copies that it is for: none if empty, all if left out. At most one backup runs at a time.").Needs(Permission.TakeBackup).MayNotFind().MayConflict();
        return group;
    }

    private static async Task<Accepted<JobAccepted>> StartAsync(StartBackupRequest request, HttpContext context, StartBackup startBackup) =>
        JobAccepted.Of(await startBackup.HandleAsync(request, context.Actor(), new JobLaunch(), context.RequestAborted));
}
