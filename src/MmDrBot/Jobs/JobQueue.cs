using System.Threading.Channels;
using MmDrBot.Data;
using MmDrBot.Settings;

namespace MmDrBot.Jobs;

/// <summary>Where use cases leave work and workers take it. The row is the truth; the signal only spares the worker's next poll.</summary>
internal sealed class JobQueue(StateDatabase database, JobStore store, JobTransitions transitions, JobOptions options, TimeProvider time)
{
    private readonly Channel<bool> _signal =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Inserts the job, and its audit entry, in the caller's transaction.</summary>
    /// <exception cref="Access.Refusal">Conflict: a live job has the same exclusive key.</exception>
    public async Task<Job> EnqueueAsync(StateTransaction transaction, NewJob request, CancellationToken cancellationToken)
    {
        var job = await transitions.RequestAsync(transaction, request, cancellationToken);
        transaction.AfterCommit(Signal);

        return job;
    }

    /// <summary>A claim to enqueue a job with that this process will run at once with <see cref="JobRunner"/>.</summary>
    public JobClaim NewClaim() => JobClaim.ByThisProcess(time.GetUtcNow() + options.Lease);

    /// <summary>Takes the oldest waiting job of these kinds for this process; null when there is none.</summary>
    public async Task<Job?> TryTakeAsync(IReadOnlyList<string> kinds, CancellationToken cancellationToken)
    {
        if (!await store.AnyPendingAsync(cancellationToken))
            return null;

        return await database.InTransactionAsync(
            (transaction, token) => transitions.TryStartAsync(transaction, kinds, NewClaim(), token), cancellationToken);
    }

    /// <summary>Wakes the worker.</summary>
    public void Signal() => _signal.Writer.TryWrite(true);

    /// <summary>Returns when signalled or when the time is up.</summary>
    public async Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);

        try
        {
            await _signal.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Time to poll.
        }
    }
}
