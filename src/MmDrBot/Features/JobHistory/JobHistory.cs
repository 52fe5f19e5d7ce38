using MmDrBot.Access;
using MmDrBot.Data;
using MmDrBot.Jobs;

namespace MmDrBot.Features.JobHistory;

/// <summary>Looks at jobs, and cancels one.</summary>
internal sealed class JobHistory(JobStore store, JobTransitions transitions, JobReporters reporters, StateDatabase state)
{
    public async Task<IReadOnlyList<Job>> ListAsync(int limit, string? before, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ViewStatus);
        return await store.ListAsync(limit, before, cancellationToken);
    }

    public async Task<Job> GetAsync(string id, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ViewStatus);
        return await store.GetAsync(id, cancellationToken);
    }

    public async Task<Job> CancelAsync(string id, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.CancelJob);
        var job = await state.InTransactionAsync((transaction, token) => transitions.CancelAsync(transaction, id, actor, token), cancellationToken);
        if (job.IsOver)
        {
            // It never throws, and whoever cancels need not wait for it.
            _ = reporters.TellAsync(job);
        }

        return job;
    }
}
