using MmDrBot.Access;
using MmDrBot.Approvals;
using MmDrBot.Engine.Keeping;
using MmDrBot.Jobs;
using MmDrBot.Protection;
using MmDrBot.Settings;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Retention;

/// <summary>What somebody wants applied.</summary>
internal sealed record ApplyRetentionRequest
{
    /// <summary>`main` if null, or a copy by its name.</summary>
    public string? Repository { get; init; }

    /// <summary>The plan that was shown; null: whatever the policy says now.</summary>
    public string? Plan { get; init; }

    /// <summary>The same again, where it has to be asked twice.</summary>
    public string? Confirm { get; init; }

    /// <summary>Also free the space.</summary>
    public bool Prune { get; init; } = true;
}

/// <summary>What the job works on.</summary>
internal sealed record RetentionOrder
{
    /// <summary>`main` if null, or a copy by its name.</summary>
    public string? Repository { get; init; }

    /// <summary>The plan that was agreed on; null: the job decides itself, as on a schedule.</summary>
    public string? Plan { get; init; }

    /// <summary>What goes by that plan.</summary>
    public IReadOnlyList<string>? Remove { get; init; }

    /// <summary>The policy that it was agreed on for.</summary>
    public RetentionPolicy? Policy { get; init; }

    /// <summary>It was asked twice, if it had to be.</summary>
    public bool Confirmed { get; init; }

    public bool Prune { get; init; } = true;
}

/// <summary>Forgets what the policy keeps no more, and frees its space. People agree to a plan that they were shown; a schedule to none.</summary>
internal sealed class ApplyRetention(PolicyStore policies, KnownRepositories repositories, RetentionSurveys surveys, Consents consents, ApprovalGuard approvals, JobLauncher jobs, TimeProvider time)
{
    internal const string Kind = "retention";

    public async Task<Job> HandleAsync(ApplyRetentionRequest request, Actor actor, JobLaunch launch, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ManageRepository);
        var (order, cleared) = await OrderAsync(request, actor, launch, cancellationToken);
        return await jobs.LaunchAsync(Kind, order, exclusiveKey: order.Repository is { } copy ? $"{Kind}:{copy}" : Kind, actor, cleared, cancellationToken);
    }

    private async Task<(RetentionOrder Order, JobLaunch Launch)> OrderAsync(ApplyRetentionRequest request, Actor actor, JobLaunch launch, CancellationToken cancellationToken)
    {
        var place = repositories.Get(request.Repository);
        if (IsUnattended(actor.Door) || launch.OfSchedule || launch.Rehearsal is not null)
        {
            var open = new RetentionOrder { Repository = PlaceOf(place), Prune = request.Prune };
            return (open, await approvals.ClearAsync(GuardedOperation.Prune, $"Apply the retention policy{Of(place)} of that time{(request.Prune ? ", and prune the repository" : "")}.", open, Permission.ManageRepository, actor, launch, cancellationToken));
        }

        if (request.Plan is null && actor.Door is not Door.Cli)
        {
            throw new Refusal(RefusalReason.Invalid, "Which plan? Only a plan that was shown can be applied.", "`retention plan` shows it, with its name. By REST `POST /retention/plan` does.") { Faults = [new RefusalFault(nameof(request.Plan), "Which plan was shown?")] };
        }

        var (current, plan) = await PlanAsync(place, cancellationToken);
        RequireSame(request.Plan, plan);
        var confirmed = await ConfirmAsync(request, current, plan, actor, cancellationToken);
        var order = new RetentionOrder { Repository = PlaceOf(place), Plan = plan.Fingerprint, Remove = [.. plan.Removed.Select(point => point.Id.ToString())], Policy = current.Policy, Confirmed = confirmed, Prune = request.Prune };
        var summary = $"Apply the retention policy{Of(place)}: forget {Words.Count(plan.Removed.Count, "restore point", "restore points")} of {plan.Decisions.Count}{(request.Prune ? ", and prune the repository" : "")} (plan {plan.Fingerprint}).";
        return (order, await approvals.ClearAsync(GuardedOperation.Prune, summary, new { plan = plan.Fingerprint, request.Prune }, Permission.ManageRepository, actor, launch, cancellationToken));
    }

    /// <summary>Null for the first one.</summary>
    internal static string? PlaceOf(RepositoryProvider place) => place.Name == KnownRepositories.Main ? null : place.Name;

    private static string Of(RepositoryProvider place) => PlaceOf(place) is { } copy ? $" of the copy {copy}" : "";

    /// <summary>Nobody is there to be asked.</summary>
    internal static bool IsUnattended(Door door) => door is not (Door.Chat or Door.Rest or Door.Cli);

    /// <exception cref="Refusal">Conflict: nothing may be removed now.</exception>
    internal static void RequireUnhindered(RetentionPlan plan)
    {
        if (plan.Hindrance is { } hindrance)
        {
            throw new Refusal(RefusalReason.Conflict, $"Nothing is removed: {hindrance}.", $"Mend that first (a good backup, `mmdr repository check`); `retention plan{RetentionWords.There(plan.Place)}` shows how things stand.");
        }

        if (plan.Policy.IsEmpty)
        {
            throw new Refusal(RefusalReason.Conflict, "There is no retention policy, so nothing is ever removed.", $"Set one: `retention set{RetentionWords.There(plan.Place)} --daily 7 --weekly 5 --monthly 12`, for instance.");
        }
    }

    private async Task<(CurrentPolicy Current, RetentionPlan Plan)> PlanAsync(RepositoryProvider place, CancellationToken cancellationToken)
    {
        var current = await policies.CurrentAsync(place.Name, cancellationToken);
        var repository = await place.OpenAsync(cancellationToken);
        var survey = await surveys.OfAsync(place, repository, cancellationToken);
        var plan = await EngineRefusals.TranslateAsync(() => new RetentionRun(repository, time, survey).PlanAsync(current.Policy, cancellationToken)) with { Place = PlaceOf(place) };
        RequireUnhindered(plan);
        return (current, plan);
    }

    private static void RequireSame(string? wanted, RetentionPlan plan)
    {
        if (wanted is not null && wanted != plan.Fingerprint)
        {
            throw new Refusal(RefusalReason.Stale, $"The plan {wanted} is not what the policy says now: restore points came or went, or the policy changed. Nothing was removed.", $"Look at `retention plan{RetentionWords.There(plan.Place)}` again; its name is {plan.Fingerprint} now.");
        }
    }

    private async Task<bool> ConfirmAsync(ApplyRetentionRequest request, CurrentPolicy current, RetentionPlan plan, Actor actor, CancellationToken cancellationToken)
    {
        if (current.Unavailable is { } why)
        {
            return request.Confirm == plan.Fingerprint ? true : throw Consents.Refusal(plan, why);
        }

        if (!await consents.IsMissingAsync(current.Repository, plan, cancellationToken))
        {
            return true;
        }

        if (request.Confirm != plan.Fingerprint)
        {
            throw Consents.Refusal(plan);
        }

        await consents.GiveAsync(current.Repository, plan, actor, cancellationToken);
        return true;
    }
}
