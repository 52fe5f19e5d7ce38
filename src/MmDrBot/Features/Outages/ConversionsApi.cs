using Microsoft.AspNetCore.Http.HttpResults;
using MmDrBot.Access;
using MmDrBot.Api;
using MmDrBot.Jobs;
using MmDrBot.Sso;

namespace MmDrBot.Features.Outages;

internal static class ConversionsApi
{
    private const string NewWayIn = "If the answer was lost, issue a new way in: POST /api/v1/sso-conversions/{user}/deliver with a new Idempotency-Key, or `sso deliver @USER`.";

    internal static RouteGroupBuilder MapConversions(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/sso-conversions").WithTags("SSO outages");
        group.MapGet("/", ListAsync).WithName("ListConversions").WithSummary("Lists conversions, newest first").WithDescription("`outage` is an outage's id, `open=true` leaves out those that have ended.").Needs(Permission.ViewStatus);
        group.MapPost("/", ConvertAsync).Accepts<ConvertAccountsRequest>("application/json").WithName("ConvertAccounts").WithSummary("Converts accounts to e-mail and password")
            .WithDescription("Up to 100 accounts: answers when all are done, one result an account. More: 202 with a job, whose people get their way in by mail or by deliver. A temporary password or link is in this answer and nowhere else: a repeated call answers already_converted without it.").Needs(Permission.ConvertAccounts).MayConflict().MadeAnewBy(NewWayIn).TakesLongList();
        group.MapPost("/csv", ConvertCsvAsync).Accepts<string>("text/csv").WithName("ConvertAccountsCsv").WithSummary("Converts accounts from a list")
            .WithDescription("One username or e-mail address a line, or the first column of a CSV; at most 10,000.").Needs(Permission.ConvertAccounts).MayConflict().MadeAnewBy(NewWayIn).TakesLongList();
        group.MapPost("/revert", RevertAsync).WithName("RevertAccounts").WithSummary("Brings accounts back to their sign-in service").WithDescription("Those named, or `all`. Answers when all are done.").Needs(Permission.ConvertAccounts).TakesLongList();
        group.MapPost("/{user}/deliver", DeliverAsync).WithName("DeliverAccess").WithSummary("Issues a new way in").WithDescription("To somebody who is converted already.").Needs(Permission.ConvertAccounts).MadeAnewBy(NewWayIn).MayNotFind();
        group.MapPost("/{user}/sign-off", SignOffAsync).WithName("SignOffAccount").WithSummary("Takes an account out of the books as it is").WithDescription("It is not brought back.").Needs(Permission.SignOffAccounts).MayNotFind();
        return group;
    }

    private static async Task<IEnumerable<ConversionView>> ListAsync(HttpContext context, ListConversions list, [AsParameters] PageQuery page, string? outage = null, bool open = false) =>
        await Pages.ReadByTimeAsync(context, page, (limit, after) => list.HandleAsync(outage, open, limit, after, context.Actor(), context.RequestAborted), conversion => conversion.Id);

    private static async Task<Results<Ok<IReadOnlyList<ConversionResult>>, Accepted<JobAccepted>>> ConvertAsync(ConvertAccountsRequest request, HttpContext context, ConvertAccounts convert)
    {
        request = request with { Users = request.Users ?? [] };
        if (request.Users.Count > ConvertAccounts.AtOnce)
        {
            return JobAccepted.Of(await convert.LaunchAsync(request, context.Actor(), new JobLaunch(), context.RequestAborted));
        }

        return TypedResults.Ok(Guarded(context, await convert.HandleAsync(request, context.Actor(), null, context.RequestAborted)));
    }

    private static async Task<Results<Ok<IReadOnlyList<ConversionResult>>, Accepted<JobAccepted>>> ConvertCsvAsync(HttpContext context, ConvertAccounts convert, string ticket, string? @for = null, string? deliver = null, bool includeDeactivated = false)
    {
        using var reader = new StreamReader(context.Request.Body);
        var users = SsoLists.Parse(await reader.ReadToEndAsync(context.RequestAborted));
        return await ConvertAsync(new ConvertAccountsRequest { Users = users, Ticket = ticket, For = @for, Deliver = deliver, IncludeDeactivated = includeDeactivated }, context, convert);
    }

    private static async Task<IReadOnlyList<RevertView>> RevertAsync(RevertAccountsRequest request, HttpContext context, RevertAccounts revert) =>
        await revert.HandleAsync(request with { Users = request.Users ?? [] }, context.Actor(), null, context.RequestAborted);

    private static async Task<ConversionResult> DeliverAsync(string user, DeliverRequest? request, HttpContext context, DeliverAccess deliver)
    {
        return Guarded(context, [await deliver.HandleAsync(user, request?.Deliver, context.Actor(), context.RequestAborted)])[0];
    }

    private static IReadOnlyList<ConversionResult> Guarded(HttpContext context, IReadOnlyList<ConversionResult> results)
    {
        context.DoNotStore();
        if (results.Any(result => result.Link is not null || result.TemporaryPassword is not null))
        {
            context.HoldsSecret();
        }

        return results;
    }

    private static async Task<ConversionView> SignOffAsync(string user, SignOffRequest request, HttpContext context, SignOffAccount signOff) =>
        await signOff.HandleAsync(user, request.Reason ?? "", context.Actor(), context.RequestAborted);

    /// <summary>Why an account stays as it is.</summary>
    /// <param name="Reason">One line.</param>
    internal sealed record SignOffRequest(string? Reason);

    /// <summary>How to hand over.</summary>
    /// <param name="Deliver">`reset-email`, `one-time-link` or `temporary-password`; null: as the first time.</param>
    internal sealed record DeliverRequest(string? Deliver);
}
