using System.Text.Json;
using MmDrBot.Access;
using MmDrBot.Audit;
using MmDrBot.Data;
using MmDrBot.Engine.Keeping;
using MmDrBot.Jobs;
using MmDrBot.Protection;

namespace MmDrBot.Features.Retention;

/// <summary>Shows, sets and takes away the policy. None of it removes a restore point.</summary>
internal sealed class ChangeRetention(PolicyStore policies, KnownRepositories repositories, StateDatabase state, AuditLog audit, TimeProvider time)
{
    /// <param name="repository">`main` if null, or a copy by its name.</param>
    /// <param name="actor">Who asks.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="Refusal">NotFound: there is no such copy.</exception>
    public async Task<CurrentPolicy> ShowAsync(string? repository, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ViewRestorePoints);
        return await policies.CurrentAsync(repositories.Get(repository).Name, cancellationToken);
    }

    /// <param name="repository">`main` if null, or a copy by its name.</param>
    /// <param name="change">Makes the new policy of the one in force; null: what the settings say counts again.</param>
    /// <param name="expectedVersion">The version that the caller has seen; null: whichever it is.</param>
    /// <param name="actor">Who asks.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="Refusal">Invalid: the policy makes no sense. Stale: it has changed meanwhile.</exception>
    public async Task<CurrentPolicy> HandleAsync(string? repository, Func<RetentionPolicy, RetentionPolicy?> change, string? expectedVersion, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ManageRepository);
        var name = repositories.Get(repository).Name;
        return await state.InTransactionAsync(
            async (transaction, token) =>
            {
                var current = await policies.CurrentAsync(transaction, name, token);
                if (expectedVersion is not null && expectedVersion != current.Version)
                {
                    throw new Refusal(RefusalReason.Stale, "The retention policy has changed meanwhile. Nothing was changed.", "Get it again, and decide anew.");
                }

                var policy = change(current.Policy);
                RequireValid(policy);
                await PolicyStore.SetAsync(transaction, name, policy, actor.Name, time.GetUtcNow(), token);
                var entry = AuditEntry.By(actor, time.GetUtcNow(), policy is null ? "retention.removed" : "retention.set", repositories.IsCopy(name) ? name : null, AuditOutcome.Succeeded);
                await audit.AppendAsync(transaction, entry with { DetailJson = JsonSerializer.Serialize(new { before = current.Policy, after = policy }, JobLauncher.Json) }, token);
                return await policies.CurrentAsync(transaction, name, token);
            },
            cancellationToken);
    }

    internal static void RequireValid(RetentionPolicy? policy)
    {
        if (policy?.Faults is { Count: > 0 } faults)
        {
            throw new Refusal(RefusalReason.Invalid, $"The policy makes no sense: {string.Join(" ", faults)}", "docs/retention.md says what each part means.");
        }
    }
}
