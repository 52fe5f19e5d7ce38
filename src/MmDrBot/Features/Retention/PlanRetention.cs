using MmDrBot.Access;
using MmDrBot.Engine.Keeping;
using MmDrBot.Protection;

namespace MmDrBot.Features.Retention;

/// <summary>Says of each restore point whether it would stay, and why; changes nothing.</summary>
internal sealed class PlanRetention(PolicyStore policies, KnownRepositories repositories, RetentionSurveys surveys, Consents consents, TimeProvider time)
{
    /// <param name="name">`main` if null, or a copy by its name.</param>
    /// <param name="change">Makes the policy to try of the one in force.</param>
    /// <param name="actor">Who asks.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<PlanView> HandleAsync(string? name, Func<RetentionPolicy, RetentionPolicy> change, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ViewRestorePoints);
        var place = repositories.Get(name);
        var current = await policies.CurrentAsync(place.Name, cancellationToken);
        var policy = change(current.Policy);
        ChangeRetention.RequireValid(policy);
        var repository = await place.OpenCachedAsync(cancellationToken);
        var survey = await surveys.OfAsync(place, repository, cancellationToken);
        var facts = await EngineRefusals.TranslateAsync(() => survey.ReadAsync(cancellationToken));
        var plan = RetentionPlan.Decide(facts, policy, time.GetUtcNow()) with { Place = ApplyRetention.PlaceOf(place) };
        return PlanView.Of(plan, current.Unavailable, await consents.IsMissingAsync(place.Name, plan, cancellationToken));
    }
}
