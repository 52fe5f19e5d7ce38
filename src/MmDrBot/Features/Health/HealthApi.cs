using Microsoft.AspNetCore.Http.HttpResults;
using MmDrBot.Access;
using MmDrBot.Api;
using MmDrBot.Data;

namespace MmDrBot.Features.Health;

internal static class HealthApi
{
    internal static RouteGroupBuilder MapStatus(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/status").WithTags("Status");
        group.MapGet("/", StatusAsync).WithName("GetStatus").WithSummary("Says how things stand").WithDescription("Newest restore point, live jobs, problems.").Needs(Permission.ViewStatus);
        return group;
    }

    /// <summary>For supervisors: live says that the process answers, ready that the state database does.</summary>
    internal static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/healthz/live", () => "ok").ExcludeFromDescription();
        routes.MapGet("/healthz/ready", ReadyAsync).ExcludeFromDescription();
    }

    private static async Task<StatusView> StatusAsync(HttpContext context, ShowStatus status) => await status.HandleAsync(context.Actor(), context.RequestAborted);

    private static async Task<Ok<string>> ReadyAsync(StateDatabase state, CancellationToken cancellationToken)
    {
        await state.ReadAsync((transaction, token) => transaction.FirstOrDefaultAsync<long>("select 1", null, token), cancellationToken);
        return TypedResults.Ok("ok");
    }
}
