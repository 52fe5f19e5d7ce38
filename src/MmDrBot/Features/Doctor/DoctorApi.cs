using MmDrBot.Access;
using MmDrBot.Api;

namespace MmDrBot.Features.Doctor;

internal static class DoctorApi
{
    internal static RouteGroupBuilder MapDoctor(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/doctor").WithTags("Status");
        group.MapGet("/", RunAsync).WithName("RunDoctor").WithSummary("Looks at every precondition").WithDescription("Of backups, chat and outages: ok, warning, failed or skipped, with the cure. Takes some seconds. Writing into the repository is tried for callers with manage_repository.").Needs(Permission.ViewStatus);
        return group;
    }

    private static async Task<DoctorReport> RunAsync(HttpContext context, RunDoctor doctor) => await doctor.HandleAsync(context.Actor(), context.RequestAborted);
}
