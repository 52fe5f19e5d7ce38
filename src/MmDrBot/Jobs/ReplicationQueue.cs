using System.Text.Json;
using MmDrBot.Access;
using MmDrBot.Settings;

namespace MmDrBot.Jobs;

/// <summary>Which copy to bring up to date.</summary>
/// <param name="Copy">Its name.</param>
/// <param name="RestorePoint">Only this restore point: its id, the first digits of it, or `latest`; null: all that are missing.</param>
internal sealed record ReplicateRequest(string Copy, string? RestorePoint = null);

/// <summary>Leaves replications for a worker, at most one for each copy.</summary>
internal sealed class ReplicationQueue(AppSettings settings, JobLauncher jobs, JobStore store)
{
    internal const string Kind = "replicate";

    /// <summary>
    /// Starts one. A command runs it itself; where one waits for a worker already, perhaps for ever since no service runs here, the command
    /// goes first and leaves the other with nothing to do.
    /// </summary>
    /// <exception cref="Refusal">Locked: one runs, or waits.</exception>
    internal async Task<Job> StartAsync(ReplicateRequest request, Actor actor, JobLaunch launch, CancellationToken cancellationToken)
    {
        try
        {
            return await jobs.LaunchAsync(Kind, request, KeyOf(request.Copy), actor, launch, cancellationToken);
        }
        catch (Refusal held) when (held.Reason is RefusalReason.Locked && launch.Claim is not null)
        {
            if (await IsRunningAsync(request.Copy, cancellationToken))
            {
                throw;
            }

            return await jobs.LaunchAsync(Kind, request, exclusiveKey: null, actor, launch, cancellationToken);
        }
    }

    /// <summary>Leaves one for each copy that takes restore points as soon as they are made.</summary>
    /// <param name="meant">The copies that the new one is for; null: all.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The names of those copies; one that had a replication waiting or running already is among them.</returns>
    internal async Task<IReadOnlyList<string>> AfterBackupAsync(IReadOnlyList<string>? meant, CancellationToken cancellationToken)
    {
        var copies = settings.Repositories.Where(copy => copy.Value.AfterBackup && meant?.Contains(copy.Key) is not false).Select(copy => copy.Key).ToArray();
        foreach (var copy in copies)
        {
            await LeaveAsync(copy, cancellationToken);
        }

        return copies;
    }

    /// <summary>Leaves one for a worker, unless one waits or runs.</summary>
    internal async Task LeaveAsync(string copy, CancellationToken cancellationToken)
    {
        try
        {
            await jobs.LaunchAsync(Kind, new ReplicateRequest(copy), KeyOf(copy), Actor.System, new JobLaunch(), cancellationToken);
        }
        catch (Refusal live) when (live.Reason is RefusalReason.Locked)
        {
            // It looks again before it ends.
        }
    }

    private static string KeyOf(string copy) => $"{Kind}:{copy}";

    private async Task<bool> IsRunningAsync(string copy, CancellationToken cancellationToken) =>
        (await store.ListRunningAsync(cancellationToken)).Any(job => job.Kind == Kind && JsonSerializer.Deserialize<ReplicateRequest>(job.RequestJson, JobLauncher.Json)?.Copy == copy);
}
