using MmDrBot.Api;

namespace MmDrBot.Features.AuditTrail;

internal static class AuditEntriesApi
{
    private const int MaximumPage = 500;

    internal static RouteGroupBuilder MapAuditEntries(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/audit-entries").WithTags("Audit");
        group.MapGet("/", ListAsync).WithSummary("Lists who did what, newest first").WithDescription("Pass the last `seq` of a page as `before` to get the next page. Needs view_audit.");
        return group;
    }

    private static async Task<IEnumerable<AuditEntryView>> ListAsync(HttpContext context, ReadAuditTrail trail, int limit = 100, long? before = null) =>
        (await trail.HandleAsync(before, Math.Clamp(limit, 1, MaximumPage), context.Actor(), context.RequestAborted)).Select(AuditEntryView.Of);
}
