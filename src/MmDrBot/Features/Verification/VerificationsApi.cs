using Microsoft.AspNetCore.Http.HttpResults;
using MmDrBot.Access;
using MmDrBot.Api;
using MmDrBot.Jobs;

namespace MmDrBot.Features.Verification;

internal static class VerificationsApi
{
    internal static RouteGroupBuilder MapVerifications(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/verifications").WithTags("Verifications");
        group.MapPost("/", StartAsync).WithName("StartVerification").WithSummary("Verifies a restore point").WithDescription("`level` is structure (lists, indexes, packs present) or data (every byte).").Needs(Permission.Verify);
        return group;
    }

    private static async Task<Accepted<JobAccepted>> StartAsync(StartVerificationRequest request, HttpContext context, StartVerification start) =>
        JobAccepted.Of(await start.HandleAsync(request with { Level = request.Level ?? "structure", RestorePoint = request.RestorePoint ?? "" }, context.Actor(), new JobLaunch(), context.RequestAborted));
}
