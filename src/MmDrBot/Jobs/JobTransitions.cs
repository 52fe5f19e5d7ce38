using System.Text.Json;
using MmDrBot.Access;
using MmDrBot.Audit;
using MmDrBot.Data;
using MmDrBot.Webhooks;

namespace MmDrBot.Jobs;

/// <summary>Every change of a job's state, with its audit entry and what webhooks are told of it in the same transaction.</summary>
internal sealed class JobTransitions(JobStore store, AuditLog audit, WebhookOutbox outbox, TimeProvider time)
{
    /// <summary>Audited as "(kind).requested", and as "(kind).started" too if it is claimed at once.</summary>
    /// <exception cref="Refusal">Conflict: a live job has the same exclusive key.</exception>
    public async Task<Job> RequestAsync(StateTransaction transaction, NewJob request, CancellationToken cancellationToken)
    {
        var job = await store.InsertAsync(transaction, request, cancellationToken);
        await audit.AppendAsync(transaction, Entry(job, "requested", AuditOutcome.Started) with { Reference = request.Actor.RequestId }, cancellationToken);

        if (request.Claim is not null)
            await audit.AppendAsync(transaction, Entry(job, "started", AuditOutcome.Started), cancellationToken);

        return job;
    }

    /// <summary>Audited as "(kind).started"; null when nothing waits.</summary>
    public async Task<Job?> TryStartAsync(
        StateTransaction transaction, IReadOnlyList<string> kinds, JobClaim claim, CancellationToken cancellationToken)
    {
        var job = await store.TryClaimAsync(transaction, kinds, claim, cancellationToken);

        if (job is not null)
            await audit.AppendAsync(transaction, Entry(job, "started", AuditOutcome.Started), cancellationToken);

        return job;
    }

    /// <summary>Audited as "(kind).(state)", e.g. "backup.succeeded"; null when the row is no longer the job's owner's.</summary>
    public async Task<Job?> EndAsync(StateTransaction transaction, Job job, JobEnd end, CancellationToken cancellationToken)
    {
        var ended = await store.FinishAsync(transaction, job.Id, job.LeaseOwner, end, cancellationToken);

        if (ended is not null)
        {
            await audit.AppendAsync(transaction, EndEntry(ended), cancellationToken);
            await TellAsync(transaction, ended, cancellationToken);
        }

        return ended;
    }

    /// <summary>A job that waits is cancelled at once; one that runs is asked to stop, which takes some seconds.</summary>
    /// <exception cref="Refusal">NotFound; Conflict: it is over already.</exception>
    public async Task<Job> CancelAsync(StateTransaction transaction, string idOrPrefix, Actor actor, CancellationToken cancellationToken)
    {
        var job = await store.GetAsync(transaction, idOrPrefix, cancellationToken);
        var end = new JobEnd(JobState.Cancelled, Error: new("cancelled", $"Cancelled by {actor.Name} before it began."));
        var changed = job.State == JobState.Pending
            ? await store.FinishAsync(transaction, job.Id, owner: null, end, cancellationToken)
            : null;
        changed ??= await store.RequestCancelAsync(transaction, job.Id, cancellationToken)
            ?? throw new Refusal(RefusalReason.Conflict, $"Job {job.Id} is over already.");

        var action = changed.IsOver ? "cancelled" : "cancel_requested";
        await audit.AppendAsync(
            transaction,
            AuditEntry.By(actor, time.GetUtcNow(), $"{job.Kind}.{action}", job.Id, AuditOutcome.Succeeded),
            cancellationToken);

        if (changed.IsOver)
            await TellAsync(transaction, changed, cancellationToken);

        return changed;
    }

    private async Task TellAsync(StateTransaction transaction, Job ended, CancellationToken cancellationToken)
    {
        foreach (var happened in EndedJobEvents.Of(ended))
            await outbox.AddAsync(transaction, happened, cancellationToken);
    }

    private AuditEntry Entry(Job job, string what, AuditOutcome outcome) =>
        new(time.GetUtcNow(), job.ActorName, job.Door, $"{job.Kind}.{what}", job.Id, outcome);

    private AuditEntry EndEntry(Job job)
    {
        var outcome = job.State == JobState.Succeeded ? AuditOutcome.Succeeded : AuditOutcome.Failed;

        return Entry(job, EnumText.Of(job.State), outcome) with
        {
            DetailJson = job.Error is null ? null : JsonSerializer.Serialize(new { code = job.Error.Code, message = job.Error.Message }),
            Reference = job.Error?.Reference,
        };
    }
}
