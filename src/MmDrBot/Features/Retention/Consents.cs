using MmDrBot.Access;
using MmDrBot.Audit;
using MmDrBot.Data;
using MmDrBot.Engine.Keeping;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Retention;

/// <summary>
/// A policy that was never applied, and would remove more than a third of all restore points, asks twice: a slip in a number must not cost a
/// year. The second yes names the plan that was shown, is kept, and is good for this policy until another one is set or applied.
/// </summary>
internal sealed class Consents(StateDatabase state, AuditLog audit, TimeProvider time)
{
    /// <summary>Whether it has to be asked again. Where the state is out of reach, it has.</summary>
    internal async Task<bool> IsMissingAsync(string repository, RetentionPlan plan, CancellationToken cancellationToken)
    {
        if (!plan.IsDrastic)
        {
            return false;
        }

        try
        {
            return !await state.ReadAsync((transaction, token) => IsKnownAsync(transaction, repository, plan.Policy.Fingerprint, token), cancellationToken);
        }
        catch (Refusal unavailable) when (unavailable.Reason is RefusalReason.Unavailable)
        {
            return true;
        }
    }

    /// <summary>Keeps the second yes.</summary>
    internal async Task GiveAsync(string repository, RetentionPlan plan, Actor actor, CancellationToken cancellationToken)
    {
        try
        {
            await state.InTransactionAsync(
                async (transaction, token) =>
                {
                    await transaction.ExecuteAsync(
                        "insert into retention_agreements (repository, policy, plan, given_by, given_at) values (@repository, @policy, @plan, @by, @at) on conflict do nothing",
                        new { repository, policy = plan.Policy.Fingerprint, plan = plan.Fingerprint, by = actor.Name, at = time.GetUtcNow().ToUnixTimeMilliseconds() },
                        token);
                    await audit.AppendAsync(transaction, AuditEntry.By(actor, time.GetUtcNow(), "retention.confirmed", plan.Fingerprint, AuditOutcome.Succeeded), token);
                },
                cancellationToken);
        }
        catch (Refusal unavailable) when (unavailable.Reason is RefusalReason.Unavailable && actor.Door is Door.Cli)
        {
            // Without the state it is good for this one command.
        }
    }

    /// <summary>The policy was applied: it is no news any more, and no other policy may use what was said before.</summary>
    internal async Task AppliedAsync(string repository, RetentionPolicy policy, CancellationToken cancellationToken)
    {
        try
        {
            await state.InTransactionAsync(
                async (transaction, token) =>
                {
                    await transaction.ExecuteAsync(
                        "insert into retention_runs (repository, policy, applied_at) values (@repository, @policy, @at) on conflict (repository) do update set policy = excluded.policy, applied_at = excluded.applied_at",
                        new { repository, policy = policy.Fingerprint, at = time.GetUtcNow().ToUnixTimeMilliseconds() },
                        token);
                    await transaction.ExecuteAsync("delete from retention_agreements where repository = @repository", new { repository }, token);
                },
                cancellationToken);
        }
        catch (Refusal unavailable) when (unavailable.Reason is RefusalReason.Unavailable)
        {
            // It only asks once more than it would have to.
        }
    }

    /// <summary>What is said instead of removing anything.</summary>
    internal static Refusal Refusal(RetentionPlan plan)
    {
        var message = $"This policy was never applied, and would remove {plan.Removed.Count} of {Words.Count(plan.Decisions.Count, "restore point", "restore points")}: more than a third. Nothing was removed.";
        return new Refusal(RefusalReason.Conflict, message, $"Look at `retention plan{RetentionWords.There(plan.Place)}`. If that is what you want, say so twice: `retention apply{RetentionWords.There(plan.Place)} --yes --confirm {plan.Fingerprint}` (by REST: `confirm`). Runs on schedule go on by themselves after that.")
        {
            Faults = [new RefusalFault("Confirm", $"{message} If that is what you want, write the plan {plan.Fingerprint} here too.")],
        };
    }

    /// <summary>What is said where the policy that was set can't be known.</summary>
    internal static Refusal Refusal(RetentionPlan plan, string why) => new(
        RefusalReason.Conflict,
        $"What policy somebody may have set can't be known: {why} By the settings {Words.Count(plan.Removed.Count, "restore point", "restore points")} of {plan.Decisions.Count} would go. Nothing was removed.",
        $"Better wait until the state is back. If you mean the policy of the settings, say so twice: `retention apply{RetentionWords.There(plan.Place)} --yes --confirm {plan.Fingerprint}`.");

    private static async Task<bool> IsKnownAsync(StateTransaction transaction, string repository, string policy, CancellationToken cancellationToken) =>
        await transaction.FirstOrDefaultAsync<string>("select policy from retention_runs where repository = @repository and policy = @policy union select policy from retention_agreements where repository = @repository and policy = @policy", new { repository, policy }, cancellationToken) is not null;
}
