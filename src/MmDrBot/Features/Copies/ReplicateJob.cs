using System.Text.Json;
using MmDrBot.Access;
using MmDrBot.Data;
using MmDrBot.Engine.Replication;
using MmDrBot.Engine.Repositories;
using MmDrBot.Jobs;
using MmDrBot.Protection;

namespace MmDrBot.Features.Copies;

/// <summary>The long work of a replication. It looks again until it finds nothing more to copy, so that a backup that ended meanwhile is not left out.</summary>
internal sealed partial class ReplicateJob(KnownRepositories repositories, StateDatabase state, CopyRecords records, TimeProvider time, ILogger<ReplicateJob> logger) : IJobHandler
{
    public string Kind => ReplicationQueue.Kind;

    public async Task<JobOutcome> RunAsync(Job job, IProgress<JobProgress> progress, CancellationToken cancellationToken)
    {
        var request = JsonSerializer.Deserialize<ReplicateRequest>(job.RequestJson, JobLauncher.Json)!;
        try
        {
            var result = await ReplicateAsync(request, new ProgressAdapter(progress), take => JobLocks.TakeAsync(job, take, progress, time, cancellationToken), cancellationToken);
            var json = JsonSerializer.Serialize(result, JobLauncher.Json);
            return result.Problems.Count > 0 ? JobOutcome.PartlyFailed(json) : JobOutcome.Succeeded(json);
        }
        catch (Exception failure) when ((failure as Refusal ?? EngineRefusals.From(failure)) is { } refusal)
        {
            await TellAsync(transaction => records.FailAsync(transaction, request.Copy, refusal.Message, time.GetUtcNow(), CancellationToken.None));
            throw;
        }
    }

    private async Task<ReplicateResult> ReplicateAsync(ReplicateRequest request, ProgressAdapter progress, Func<Func<HostLock>, Task<HostLock>> lockAsync, CancellationToken cancellationToken)
    {
        var (options, copy, main) = (repositories.OptionsOf(request.Copy), repositories.Get(request.Copy), repositories.Get(null));
        var source = await main.OpenAsync(cancellationToken);
        using var reading = await lockAsync(() => main.LockForReading(source));
        var only = request.RestorePoint is null ? (BlobId?)null : (await source.FindRestorePointAsync(request.RestorePoint, cancellationToken)).Id;
        var asked = new ReplicationRequest { RestorePoint = only, Copy = request.Copy };
        var result = new ReplicateResult { Copy = request.Copy, Location = copy.Location, OwnKey = options.HasOwnKey };
        for (var again = true; again;)
        {
            var round = await RoundAsync(source, copy, asked, progress, lockAsync, cancellationToken);
            result = result.With(round);
            await TellAsync(transaction => records.FinishAsync(transaction, request.Copy, [.. round.Held.Select(Known)], [.. round.ForgottenThere.Select(Known)], round.Problems.Count > 0 ? round.Problems[0] : null, time.GetUtcNow(), CancellationToken.None));
            again = only is null && round.Copied.Count > 0;
        }

        return result;
    }

    private async Task<ReplicationResult> RoundAsync(Repository source, RepositoryProvider copy, ReplicationRequest asked, ProgressAdapter progress, Func<Func<HostLock>, Task<HostLock>> lockAsync, CancellationToken cancellationToken)
    {
        Func<ReplicatedPoint, Task> remember = point => TellAsync(transaction => records.AddAsync(transaction, copy.Name, point.Id.ToString(), point.CreatedAt, time.GetUtcNow(), CancellationToken.None));
        if (repositories.OptionsOf(copy.Name).HasOwnKey)
        {
            var other = await OpenOrMakeAsync(copy, cancellationToken);
            using var own = await lockAsync(() => copy.LockForBackup(other));
            return await new ResealingReplicator(source, other, time) { Committed = remember, Remembered = await RememberedAsync(copy.Name, cancellationToken) }.RunAsync(asked, progress, cancellationToken);
        }

        using var alone = await lockAsync(() => copy.LockForBackup(source));
        return await new Replicator(source, copy.Store(), time) { Committed = remember }.RunAsync(asked, progress, cancellationToken);
    }

    private static CopiedPoint Known(ReplicatedPoint point) => new(point.Id.ToString(), point.CreatedAt);

    /// <summary>A copy with a key of its own is made where there is nothing yet, and finished where that was cut off.</summary>
    private static async Task<Repository> OpenOrMakeAsync(RepositoryProvider copy, CancellationToken cancellationToken)
    {
        try
        {
            var opened = await copy.OpenAsync(cancellationToken);
            await RepositoryAccess.FinishAsync(opened, cancellationToken);
            return opened;
        }
        catch (Refusal none) when (none.Reason is RefusalReason.NoRepository)
        {
            await copy.InitializeAsync(cancellationToken);
            return await copy.OpenAsync(cancellationToken);
        }
    }

    private async Task<IReadOnlyCollection<BlobId>> RememberedAsync(string copy, CancellationToken cancellationToken)
    {
        try
        {
            return [.. (await records.RememberedAsync(copy, cancellationToken)).Select(text => BlobId.TryParse(text, out var id) ? id : default)];
        }
        catch (Refusal unavailable) when (unavailable.Reason is RefusalReason.Unavailable)
        {
            // Without the state nothing is remembered; what the copy holds is looked at anyway.
            return [];
        }
    }

    /// <summary>The copy is made whatever happens here: without the state it is only not remembered.</summary>
    private async Task TellAsync(Func<StateTransaction, Task> write)
    {
        try
        {
            await state.InTransactionAsync((transaction, _) => write(transaction), CancellationToken.None);
        }
        catch (Refusal unavailable)
        {
            Log.NotRecorded(logger, unavailable);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The state has no record of what was replicated.")]
        public static partial void NotRecorded(ILogger logger, Exception exception);
    }
}
