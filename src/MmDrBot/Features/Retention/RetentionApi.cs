using Microsoft.AspNetCore.Http.HttpResults;
using MmDrBot.Access;
using MmDrBot.Api;
using MmDrBot.Engine.Keeping;
using MmDrBot.Jobs;

namespace MmDrBot.Features.Retention;

internal static class RetentionApi
{
    internal static RouteGroupBuilder MapRetention(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/retention").WithTags("Retention");
        group.MapGet("/", GetAsync).WithName("GetRetention").WithSummary("Shows the retention policy").WithDescription("Its ETag goes into If-Match where it is changed. `repository` names a copy, which has a policy of its own.").Needs(Permission.ViewRestorePoints).MayNotFind();
        group.MapPut("/", SetAsync).WithName("SetRetention").WithSummary("Sets the retention policy").WithDescription("The whole of it. Removes nothing by itself.").Needs(Permission.ManageRepository).MayNotFind().TakesIfMatch();
        group.MapDelete("/", RemoveAsync).WithName("RemoveRetention").WithSummary("Takes away the policy that was set").WithDescription("What the settings say counts again.").Needs(Permission.ManageRepository).MayNotFind().TakesIfMatch();
        group.MapPost("/plan", PlanAsync).WithName("PlanRetention").WithSummary("Says of each restore point whether it would stay, and why").WithDescription("Changes nothing. With `policy`: what another one would do. With `repository`: in that copy.").Needs(Permission.ViewRestorePoints).MayNotFind();
        group.MapPost("/runs", RunAsync).WithName("ApplyRetention").WithSummary("Forgets what the policy keeps no more, then prunes").WithDescription("`plan` names the plan that was seen: 412 if it is not the same any more. 409 while nothing may be removed, or while a new policy that would remove more than a third was not confirmed (`confirm`, the plan once more). At most one runs for each repository.").Needs(Permission.ManageRepository).MayNotFind().TakesIfMatch().MayConflict();
        return group;
    }

    private static async Task<PolicyView> GetAsync(HttpContext context, ChangeRetention retention, string? repository) => Answer(await retention.ShowAsync(repository, context.Actor(), context.RequestAborted), context);

    private static async Task<PolicyView> SetAsync(RetentionPolicy policy, HttpContext context, ChangeRetention retention, string? repository) =>
        Answer(await retention.HandleAsync(repository, _ => policy, context.IfMatch(), context.Actor(), context.RequestAborted), context);

    private static async Task<PolicyView> RemoveAsync(HttpContext context, ChangeRetention retention, string? repository) =>
        Answer(await retention.HandleAsync(repository, static _ => null, context.IfMatch(), context.Actor(), context.RequestAborted), context);

    private static async Task<PlanView> PlanAsync(PlanBody? body, HttpContext context, PlanRetention plans) =>
        await plans.HandleAsync(body?.Repository, policy => body?.Policy ?? policy, context.Actor(), context.RequestAborted);

    private static async Task<Accepted<JobAccepted>> RunAsync(RunBody? body, HttpContext context, ApplyRetention apply)
    {
        var request = new ApplyRetentionRequest { Repository = body?.Repository, Plan = body?.Plan ?? context.IfMatch(), Confirm = body?.Confirm, Prune = body?.Prune ?? true };
        return JobAccepted.Of(await apply.HandleAsync(request, context.Actor(), new JobLaunch(), context.RequestAborted));
    }

    private static PolicyView Answer(CurrentPolicy current, HttpContext context)
    {
        context.SetETag(current.Version);
        return PolicyView.Of(current);
    }

    /// <summary>What to try.</summary>
    /// <param name="Policy">Another policy than the one in force.</param>
    /// <param name="Repository">Which repository: main if left out, or a copy by its name.</param>
    internal sealed record PlanBody(RetentionPolicy? Policy, string? Repository);

    /// <summary>What to apply.</summary>
    /// <param name="Plan">The plan that was seen.</param>
    /// <param name="Confirm">The plan once more, where it has to be asked twice.</param>
    /// <param name="Prune">Also free the space; true if left out.</param>
    /// <param name="Repository">Which repository: main if left out, or a copy by its name.</param>
    internal sealed record RunBody(string? Plan, string? Confirm, bool? Prune, string? Repository);
}
