using MmDrBot.Engine.Maintenance;
using MmDrBot.Engine.Repositories;

namespace MmDrBot.Engine.Keeping;

/// <summary>
/// Forgets what a plan lets go, one after the other. Before each, everything is looked at anew, and once more between its tombstone and
/// the deletion: of two hosts that remove at once each sees what the other does, and neither takes away what the other one relies on. It
/// may end anywhere; the next run goes on.
/// </summary>
/// <param name="repository">Where.</param>
/// <param name="time">The clock.</param>
/// <param name="survey">What tells the facts, of the same repository.</param>
public sealed class RetentionRun(Repository repository, TimeProvider time, RetentionSurvey survey)
{
    /// <summary>After it whoever wrote a tombstone has either deleted the manifest or is gone.</summary>
    private static readonly TimeSpan Abandoned = TimeSpan.FromHours(1);

    /// <summary>What the policy says now. Made from the store itself, without copies.</summary>
    public async Task<RetentionPlan> PlanAsync(RetentionPolicy policy, CancellationToken cancellationToken) => await PlanAsync(policy, null, cancellationToken);

    /// <summary>Forgets.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="agreed">What may go at most; what the policy has come to keep stays.</param>
    /// <param name="actor">Who does it.</param>
    /// <param name="onForgotten">Called after each.</param>
    /// <param name="cancellationToken">Ends it between two.</param>
    public async Task<RetentionResult> RunAsync(RetentionPolicy policy, IReadOnlyCollection<BlobId> agreed, string actor, Func<BlobId, Task> onForgotten, CancellationToken cancellationToken)
    {
        var (forgotten, spared) = (new List<BlobId>(), new List<RetentionDecision>());
        await Pruner.RequireDeletionAsync(repository, "nothing was removed", cancellationToken);
        await FinishAsync(cancellationToken);
        foreach (var id in agreed)
        {
            var plan = await PlanAsync(policy, null, cancellationToken);
            if (DecisionOf(plan, id) is not { } decision)
            {
                continue; // Another host was quicker.
            }

            RetentionDecision? objection = decision.Keep ? decision : null;
            objection ??= await Forgetting.RunAsync(repository, id, actor, time, async token => DecisionOf(await PlanAsync(policy, id, token), id) is { Keep: true } late ? late : null, cancellationToken);
            if (objection is not null)
            {
                spared.Add(objection);
                continue;
            }

            forgotten.Add(id);
            await onForgotten(id);
        }

        return new RetentionResult(forgotten, spared);
    }

    private static RetentionDecision? DecisionOf(RetentionPlan plan, BlobId id) => plan.Decisions.FirstOrDefault(decision => decision.Point.Id == id);

    private async Task<RetentionPlan> PlanAsync(RetentionPolicy policy, BlobId? alive, CancellationToken cancellationToken) =>
        RetentionPlan.Decide(await survey.ReadAsync(alive, cancellationToken), policy, time.GetUtcNow());

    /// <summary>Deletes manifests whose tombstones were written by somebody who was broken off.</summary>
    private async Task FinishAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var tombstones = (await survey.TombstonesAsync(static _ => { }, cancellationToken)).ToLookup(stone => stone.Target);
        var left = WholeRepository.Forgotten(tombstones.SelectMany(stones => stones)).Where(id => tombstones[id].All(stone => now - stone.At > Abandoned)).ToHashSet();
        var names = (await repository.ListAsync(ObjectKind.Manifest, cancellationToken)).Select(item => item.Name).Where(name => ObjectNames.IdOf(name) is { } id && left.Contains(id)).ToArray();
        if (names.Length > 0)
        {
            await repository.Store.DeleteAsync(names, cancellationToken);
        }
    }
}

/// <summary>What came of a run.</summary>
/// <param name="Forgotten">Those that are gone.</param>
/// <param name="Spared">Those that the plan let go, and that stay since something changed meanwhile.</param>
public sealed record RetentionResult(IReadOnlyList<BlobId> Forgotten, IReadOnlyList<RetentionDecision> Spared);
