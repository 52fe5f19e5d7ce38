using System.Text.Json;
using MmDrBot.Access;
using MmDrBot.Audit;
using MmDrBot.Data;
using MmDrBot.Engine;
using MmDrBot.Engine.Keeping;
using MmDrBot.Engine.Maintenance;
using MmDrBot.Engine.Repositories;
using MmDrBot.Jobs;
using MmDrBot.Protection;

namespace MmDrBot.Features.Retention;

/// <summary>Forgets, then prunes. Broken off anywhere it can be run again: it looks at everything anew.</summary>
internal sealed partial class RetentionJob(
    PolicyStore policies, KnownRepositories repositories, RetentionSurveys surveys, Consents consents, StateDatabase state, CommittedRestorePoints committed, CopyRecords copies, AuditLog audit, TimeProvider time, ILogger<RetentionJob> logger) : IJobHandler
{
    public string Kind => ApplyRetention.Kind;

    public async Task<JobOutcome> RunAsync(Job job, IProgress<JobProgress> progress, CancellationToken cancellationToken)
    {
        var order = JsonSerializer.Deserialize<RetentionOrder>(job.RequestJson, JobLauncher.Json)!;
        var place = repositories.Get(order.Repository);
        var repository = await place.OpenAsync(cancellationToken);
        using var alone = await JobLocks.TakeAsync(job, () => place.LockForMaintenance(repository), progress, time, cancellationToken);
        progress.Report(new JobProgress("plan"));
        var run = new RetentionRun(repository, time, await surveys.OfAsync(place, repository, cancellationToken));
        var policy = order.Policy ?? (await policies.RequireAsync(place.Name, cancellationToken)).Policy;
        var plan = await run.PlanAsync(policy, cancellationToken) with { Place = order.Repository };
        ApplyRetention.RequireUnhindered(plan);
        if (!order.Confirmed && await consents.IsMissingAsync(place.Name, plan, cancellationToken))
        {
            throw Consents.Refusal(plan);
        }

        var agreed = Agreed(order, plan);
        var done = 0;
        var result = await run.RunAsync(policy, agreed, job.ActorName, async id =>
        {
            progress.Report(new JobProgress("forget") { Percent = 100.0 * ++done / agreed.Count });
            await RecordAsync(place, repository, id, plan, job);
        }, cancellationToken);
        await consents.AppliedAsync(place.Name, policy, CancellationToken.None);
        var outcome = new RetentionOutcome
        {
            Repository = place.Name,
            Plan = order.Plan ?? plan.Fingerprint,
            Kept = plan.Decisions.Count - result.Forgotten.Count,
            Forgotten = [.. result.Forgotten.Select(id => id.ToString())],
            Spared = [.. result.Spared.Select(DecisionView.Of)],
            Pruned = order.Prune ? await PruneAsync(repository, result, progress, cancellationToken) : null,
        };
        return JobOutcome.Succeeded(JsonSerializer.Serialize(outcome, JobLauncher.Json));
    }

    private static IReadOnlyList<BlobId> Agreed(RetentionOrder order, RetentionPlan plan) => order.Remove is { } agreed
        ? [.. agreed.Select(text => BlobId.TryParse(text, out var id) ? id : default)]
        : [.. plan.Removed.Select(point => point.Id)];

    /// <summary>What a copy with a key of its own knows by another id.</summary>
    private static BlobId OriginOf(RetentionPlan plan, BlobId id) => plan.Decisions.FirstOrDefault(decision => decision.Point.Id == id)?.Point.Origin?.RestorePoint ?? id;

    /// <summary>The tombstone in the repository is the truth; without the state it is only not remembered a second time.</summary>
    private async Task RecordAsync(RepositoryProvider place, Repository repository, BlobId id, RetentionPlan plan, Job job)
    {
        var now = time.GetUtcNow();
        var entry = new AuditEntry(now, job.ActorName, job.Door, "restore_point.forgotten", plan.Place is { } copy ? $"{copy}/{id}" : id.ToString(), AuditOutcome.Succeeded)
        {
            DetailJson = JsonSerializer.Serialize(new { retention = plan.Fingerprint, job = job.Id }, JobLauncher.Json),
        };
        try
        {
            await state.InTransactionAsync(
                async (transaction, token) =>
                {
                    await (plan.Place is null
                        ? committed.MarkForgottenAsync(transaction, repository.Id, id.ToString(), now, token)
                        : copies.ForgetAsync(transaction, place.Name, OriginOf(plan, id).ToString(), now, token));
                    await DamageFindings.ForgetAsync(transaction, place.Name, id.ToString(), token);
                    await audit.AppendAsync(transaction, entry, token);
                },
                CancellationToken.None);
        }
        catch (Refusal unavailable) when (unavailable.Reason is RefusalReason.Unavailable)
        {
            Log.NotRecorded(logger, unavailable, id.ToString(), job.ActorName, plan.Fingerprint);
        }
    }

    private async Task<PruneResult> PruneAsync(Repository repository, RetentionResult result, IProgress<JobProgress> progress, CancellationToken cancellationToken)
    {
        progress.Report(new JobProgress("prune"));
        try
        {
            return await new Pruner(repository, time).RunAsync(new PruneRequest(), cancellationToken);
        }
        catch (EngineException failure)
        {
            var refusal = EngineRefusals.From(failure)!;
            throw new Refusal(refusal.Reason, $"{result.Forgotten.Count} restore points are forgotten, but their space was not freed: {refusal.Message}", refusal.Hint, failure);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "Restore point {RestorePoint} was forgotten for {Actor} by plan {Plan}, as its tombstone says; the state has no record of it.")]
        public static partial void NotRecorded(ILogger logger, Exception exception, string restorePoint, string actor, string plan);
    }
}
