using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using MmDrBot.Access;
using MmDrBot.Api;
using MmDrBot.Protection;

namespace MmDrBot.Features.AuditTrail;

internal static class AuditEntriesApi
{
    internal static RouteGroupBuilder MapAuditEntries(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/audit-entries").WithTags("Audit");
        group.MapGet("/", ListAsync).WithName("ListAuditEntries").WithSummary("Lists who did what, newest first").WithDescription("`reference` ties the entries of one request together; it is the request's id.").Needs(Permission.ViewAudit);
        group.MapGet("/verification", VerifyAsync).WithName("VerifyAuditTrail").WithSummary("Checks the trail's chain").WithDescription("And compares it with the heads that were anchored in the repository. `replacedState=true` says that the state database was replaced: anchors of another chain are no fault then.").Needs(Permission.ViewAudit);
        group.MapGet("/export", ExportAsync).WithName("ExportAuditTrail").WithSummary("Gives the whole trail, oldest entry first").WithDescription("`format` is json or csv; `since` is a time such as 2026-05-01 or 2026-05-01T22:00Z.").Needs(Permission.ViewAudit)
            .Produces<IReadOnlyList<AuditEntryView>>(StatusCodes.Status200OK, "application/json", "text/csv");
        return group;
    }

    private static async Task<IEnumerable<AuditEntryView>> ListAsync(HttpContext context, ReadAuditTrail trail, [AsParameters] PageQuery page)
    {
        var records = await Pages.ReadAsync(context, page, (limit, after) => trail.HandleAsync(Cursor(after), limit, context.Actor(), context.RequestAborted), record => record.Seq.ToString(CultureInfo.InvariantCulture));
        return records.Select(AuditEntryView.Of);
    }

    private static async Task<TrailVerification> VerifyAsync(HttpContext context, ReadAuditTrail trail, bool replacedState = false) =>
        await trail.JudgeAsync(replacedState, context.Actor(), context.RequestAborted);

    private static async Task<Results<ContentHttpResult, Ok<AuditEntryView[]>>> ExportAsync(HttpContext context, ReadAuditTrail trail, string? format = null, string? since = null)
    {
        var isCsv = AuditExport.IsCsv(format ?? "json");
        var views = (await trail.ExportAsync(AuditExport.Since(since), context.Actor(), context.RequestAborted)).Select(AuditEntryView.Of).ToArray();
        return isCsv ? TypedResults.Text(AuditExport.Csv(views), "text/csv") : TypedResults.Ok(views);
    }

    private static long? Cursor(string? after) => after is null ? null
        : long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out var seq) ? seq
        : throw Pages.NoCursor(after);
}
