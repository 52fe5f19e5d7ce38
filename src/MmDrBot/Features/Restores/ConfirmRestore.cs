using MmDrBot.Access;
using MmDrBot.Jobs;

namespace MmDrBot.Features.Restores;

/// <summary>Carries out a plan that was shown, if it would still do the same.</summary>
internal sealed class ConfirmRestore(ShownPlans plans, PlanRestore plan, StartRestore start)
{
    /// <param name="planJobId">The job that showed the plan.</param>
    /// <param name="actor">Who confirms it.</param>
    /// <param name="launch">How the job begins.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="Refusal">Conflict: it is too old, was confirmed already, or would do something else by now.</exception>
    public async Task<Job> HandleAsync(string planJobId, Actor actor, JobLaunch launch, CancellationToken cancellationToken)
    {
        actor.Require(Permission.Restore);
        var shown = await plans.GetOpenAsync(planJobId, cancellationToken);
        RequireSame(shown, await plan.HandleAsync(shown.Request, RestoreAddresses.None, actor, cancellationToken));
        return await start.HandleAsync(shown, actor, launch, cancellationToken);
    }

    /// <exception cref="Refusal">Conflict.</exception>
    internal static void RequireSame(ShownPlan shown, PlannedRestore now)
    {
        if (now.Fingerprint() == shown.Planned.Fingerprint())
        {
            return;
        }

        var finds = now.Refusals.Count > 0 ? now.Refusals : [.. now.Steps.Select(step => $"{step.Component} to {step.Target}: found there: {step.Found}; drops {step.Drops ?? "nothing"}.")];
        throw new Refusal(
            RefusalReason.Conflict,
            $"Since the plan was shown something has changed, so nothing was restored. By now: {string.Join(" ", finds)}",
            $"Look at the new plan: `{string.Join(' ', ShownPlans.WordsOf(shown.Request))}`.");
    }
}
