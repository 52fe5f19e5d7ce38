using Microsoft.AspNetCore.Http.HttpResults;
using MmDrBot.Access;
using MmDrBot.Api;
using MmDrBot.Sso;

namespace MmDrBot.Features.Outages;

internal static class OutagesApi
{
    internal static RouteGroupBuilder MapOutages(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/sso-outages").WithTags("SSO outages");
        group.MapPost("/", OpenAsync).WithName("OpenOutage").WithSummary("Opens an outage").WithDescription("Runs the preflight first and answers with it.").Needs(Permission.ManageOutages).MayConflict();
        group.MapGet("/", ListAsync).WithName("ListOutages").WithSummary("Lists outages").WithDescription("Open ones, with everybody who is converted; `all=true` adds closed ones.").Needs(Permission.ViewStatus);
        group.MapGet("/preflight", PreflightAsync).WithName("CheckPreconditions").WithSummary("Looks whether conversions would work").WithDescription("Changes nothing.").Needs(Permission.ViewStatus);
        group.MapGet("/outlook", OutlookAsync).WithName("GetOutlook").WithSummary("Says who is locked out, and when the others will be").WithDescription("From Mattermost's sessions. `names=true` adds the accounts; `format=csv` gives them as text/csv.").Needs(Permission.ViewStatus);
        group.MapGet("/reconciliation", ReconcileAsync).WithName("CompareAccounts").WithSummary("Compares the books with Mattermost's database and with the ledger").WithDescription("Changes nothing.").Needs(Permission.ViewStatus);
        group.MapPost("/reconciliation", RepairAsync).WithName("RepairAccounts").WithSummary("Mends what the comparison finds").WithDescription("Ends conversions that are back already, and brings back those whom a restored database has converted again; of all, or of `users` only.").Needs(Permission.ManageOutages);
        group.MapPost("/recovery", RecoverAsync).WithName("RecoverConversions").WithSummary("Rebuilds the books from the repository").WithDescription("After this service's state was lost in the middle of an outage; `revert` brings everybody back right away, unless a part of the ledger could not be read. From another repository than the settings name only the command line recovers.").Needs(Permission.ManageOutages);
        group.MapGet("/{outage}", GetAsync).WithName("GetOutage").WithSummary("Shows an outage").WithDescription("With everybody who is converted. `outage` is an id or a service. Its ETag goes into If-Match where it is closed.").Needs(Permission.ViewStatus).MayNotFind();
        group.MapGet("/{outage}/report", ReportAsync).WithName("ReportOutage").WithSummary("Reports an outage").WithDescription("All conversions: who, when, by whom, ticket, how long, and how many remain. `outage` is an id or a service; `format=csv` gives text/csv.").Needs(Permission.ViewStatus).MayNotFind();
        group.MapPost("/{service}/close", CloseAsync).WithName("CloseOutage").WithSummary("Brings everybody back and closes the outage").WithDescription("409 while somebody can't be brought back, unless `signOff` gives a reason, which needs `sign_off_accounts` as well. If-Match takes the ETag of the outage as it was seen: with anybody converted or brought back since, nothing is done.").Needs(Permission.ManageOutages).TakesIfMatch().MayNotFind().MayConflict();
        return group;
    }

    private static async Task<Created<OpenedOutage>> OpenAsync(OpenOutageRequest request, HttpContext context, OpenOutage open)
    {
        var opened = await open.HandleAsync(request, context.Actor(), context.RequestAborted);
        return TypedResults.Created($"/api/v1/sso-outages/{opened.Outage.Id}/report", opened);
    }

    private static async Task<IEnumerable<OutageView>> ListAsync(HttpContext context, ShowOutages show, [AsParameters] PageQuery page, bool all = false) =>
        await Pages.ReadAsync(context, page, async (limit, after) => Pages.Slice(await show.HandleAsync(all, context.Actor(), context.RequestAborted), limit, after, outage => outage.Id), outage => outage.Id);

    private static async Task<OutageView> GetAsync(string outage, HttpContext context, ReportOutage report)
    {
        var found = (await report.HandleAsync(outage, context.Actor(), context.RequestAborted)).Outage;
        context.SetETag(found.Version());
        return found;
    }

    private static async Task<RecoveryView> RecoverAsync(RecoverBody? body, HttpContext context, RecoverConversions recover)
    {
        if (body?.Revert is true)
        {
            context.Actor().Require(Permission.ConvertAccounts);
        }

        var recovery = await recover.HandleAsync(null, context.Actor(), context.RequestAborted);
        var reverts = body?.Revert is true ? await recover.RevertAsync(recovery, context.Actor(), CancellationToken.None) : [];
        return new RecoveryView(recovery, reverts);
    }

    private static async Task<IReadOnlyList<PreflightCheck>> PreflightAsync(HttpContext context, Preflight preflight)
    {
        context.Actor().Require(Permission.ViewStatus);
        return await preflight.ShowAsync(context.RequestAborted);
    }

    private static async Task<Results<Ok<IReadOnlyList<Outlook>>, ContentHttpResult>> OutlookAsync(HttpContext context, ShowOutlook outlook, string? service = null, bool names = false, string? format = null)
    {
        var csv = format == "csv";
        var found = await outlook.HandleAsync(service, names || csv, context.Actor(), context.RequestAborted);
        return csv ? TypedResults.Text(SsoCsv.Of(found), "text/csv") : TypedResults.Ok(found);
    }

    private static async Task<IReadOnlyList<Drift>> ReconcileAsync(HttpContext context, ReconcileAccounts reconcile) => await reconcile.HandleAsync(context.Actor(), context.RequestAborted);

    private static async Task<IReadOnlyList<RevertView>> RepairAsync(ReconcileBody? body, HttpContext context, ReconcileAccounts reconcile) => await reconcile.RepairAsync(body?.Users ?? [], context.Actor(), CancellationToken.None);

    private static async Task<Results<Ok<OutageReport>, ContentHttpResult>> ReportAsync(string outage, HttpContext context, ReportOutage report, string? format = null)
    {
        var found = await report.HandleAsync(outage, context.Actor(), context.RequestAborted);
        return format == "csv" ? TypedResults.Text(SsoCsv.Of(found), "text/csv") : TypedResults.Ok(found);
    }

    private static async Task<ClosedOutage> CloseAsync(string service, CloseOutageRequest? request, HttpContext context, CloseOutage close) =>
        await close.HandleAsync(service, request?.SignOff, context.IfMatch(), context.Actor(), CancellationToken.None);

    /// <summary>Whom to look at.</summary>
    /// <param name="Users">Usernames, e-mail addresses or ids; null or none: everybody.</param>
    internal sealed record ReconcileBody(IReadOnlyList<string>? Users);

    /// <summary>How to recover.</summary>
    /// <param name="Revert">Bring everybody back right away, unless a part of the ledger could not be read; needs convert_accounts as well.</param>
    internal sealed record RecoverBody(bool? Revert);

    /// <summary>What was found, and what became of those who were brought back.</summary>
    internal sealed record RecoveryView(Recovery Recovery, IReadOnlyList<RevertView> Reverts);

    /// <summary>How to close.</summary>
    /// <param name="SignOff">The reason for which stragglers are taken out of the books as they are; null refuses while there are any.</param>
    internal sealed record CloseOutageRequest(string? SignOff);
}
