using Microsoft.AspNetCore.Http.HttpResults;
using MmDrBot.Api;
using MmDrBot.Sso;

namespace MmDrBot.Features.Outages;

internal static class OutagesApi
{
    internal static RouteGroupBuilder MapOutages(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/sso-outages").WithTags("SSO outages");
        group.MapPost("/", OpenAsync).WithSummary("Opens an outage").WithDescription("Runs the preflight first and answers with it. Needs manage_outages.").ProducesProblem(StatusCodes.Status409Conflict);
        group.MapGet("/", ListAsync).WithSummary("Lists outages").WithDescription("Open ones, with everybody who is converted; `all=true` adds closed ones. Needs view_status.");
        group.MapGet("/preflight", PreflightAsync).WithSummary("Looks whether conversions would work").WithDescription("Changes nothing. Needs view_status.");
        group.MapGet("/outlook", OutlookAsync).WithSummary("Says who is locked out, and when the others will be").WithDescription("From Mattermost's sessions. `names=true` adds the accounts; `format=csv` gives them as text/csv. Needs view_status.");
        group.MapGet("/reconciliation", ReconcileAsync).WithSummary("Compares the books with Mattermost's database").WithDescription("Changes nothing. Needs view_status.");
        group.MapPost("/reconciliation", RepairAsync).WithSummary("Mends what the comparison finds").WithDescription("Ends conversions that are back already, and brings back those whom a restored database has converted again. Needs manage_outages.");
        group.MapGet("/{outage}/report", ReportAsync).WithSummary("Reports an outage").WithDescription("All conversions: who, when, by whom, ticket, how long, and how many remain. `outage` is an id or a service; `format=csv` gives text/csv. Needs view_status.").ProducesProblem(StatusCodes.Status404NotFound);
        group.MapPost("/{service}/close", CloseAsync).WithSummary("Brings everybody back and closes the outage").WithDescription("409 while somebody can't be brought back, unless `signOff` gives a reason. Needs manage_outages.").ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        return group;
    }

    private static async Task<Created<OpenedOutage>> OpenAsync(OpenOutageRequest request, HttpContext context, OpenOutage open)
    {
        var opened = await open.HandleAsync(request, context.Actor(), context.RequestAborted);
        return TypedResults.Created($"/api/v1/sso-outages/{opened.Outage.Id}/report", opened);
    }

    private static async Task<IReadOnlyList<OutageView>> ListAsync(HttpContext context, ShowOutages show, bool all = false) => await show.HandleAsync(all, context.Actor(), context.RequestAborted);

    private static async Task<IReadOnlyList<PreflightCheck>> PreflightAsync(HttpContext context, Preflight preflight)
    {
        context.Actor().Require(Access.Permission.ViewStatus);
        return await preflight.RunAsync(context.RequestAborted);
    }

    private static async Task<Results<Ok<IReadOnlyList<Outlook>>, ContentHttpResult>> OutlookAsync(HttpContext context, ShowOutlook outlook, string? service = null, bool names = false, string? format = null)
    {
        var csv = format == "csv";
        var found = await outlook.HandleAsync(service, names || csv, context.Actor(), context.RequestAborted);
        return csv ? TypedResults.Text(SsoCsv.Of(found), "text/csv") : TypedResults.Ok(found);
    }

    private static async Task<IReadOnlyList<Drift>> ReconcileAsync(HttpContext context, ReconcileAccounts reconcile) => await reconcile.HandleAsync(context.Actor(), context.RequestAborted);

    private static async Task<IReadOnlyList<RevertView>> RepairAsync(HttpContext context, ReconcileAccounts reconcile) => await reconcile.RepairAsync(context.Actor(), CancellationToken.None);

    private static async Task<Results<Ok<OutageReport>, ContentHttpResult>> ReportAsync(string outage, HttpContext context, ReportOutage report, string? format = null)
    {
        var found = await report.HandleAsync(outage, context.Actor(), context.RequestAborted);
        return format == "csv" ? TypedResults.Text(SsoCsv.Of(found), "text/csv") : TypedResults.Ok(found);
    }

    private static async Task<ClosedOutage> CloseAsync(string service, CloseOutageRequest request, HttpContext context, CloseOutage close) =>
        await close.HandleAsync(service, request.SignOff, context.Actor(), CancellationToken.None);

    /// <summary>How to close.</summary>
    /// <param name="SignOff">The reason for which stragglers are taken out of the books as they are; null refuses while there are any.</param>
    internal sealed record CloseOutageRequest(string? SignOff);
}
