using System.Text.Json;
using MmDrBot.Access;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Restore;
using MmDrBot.Jobs;
using MmDrBot.Protection;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Restores;

internal sealed class RestoreJob(KnownRepositories repositories, RestoreTargets targets, RestorePlaces places, ShownPlans plans, PlanRestore plan, ServerStop stop, IRestoredDatabase database, TimeProvider time) : IJobHandler
{
    public string Kind => StartRestore.Kind;

    public async Task<JobOutcome> RunAsync(Job job, IProgress<JobProgress> progress, CancellationToken cancellationToken)
    {
        var request = JsonSerializer.Deserialize<StartRestoreRequest>(job.RequestJson, JobLauncher.Json)!;
        var addresses = request.Target is null ? null : targets.Take(request.Target);
        if (request.Plan is { } shown)
        {
            // The job may have waited for a worker meanwhile.
            ConfirmRestore.RequireSame(await plans.GetAsync(shown, cancellationToken), await plan.HandleAsync(request, RestoreAddresses.None, Actor.System, cancellationToken));
        }

        var place = repositories.Get(request.Repository);
        var repository = await place.OpenAsync(cancellationToken);
        using var reading = place.LockForReading(repository);
        var point = await repository.FindRestorePointAsync(request.RestorePoint, cancellationToken);
        var engine = await places.FindAsync(request, addresses, point, cancellationToken);
        var work = new Work(new RestoreRunner(repository), point, engine, await places.TouchesServerAsync(request, engine, cancellationToken), progress);
        var started = time.GetTimestamp();
        var restored = stop.IsSet && work.TouchesServer ? await RunStoppedAsync(work, cancellationToken) : await RunAsync(work, cancellationToken);
        var ready = time.GetElapsedTime(started);
        await BuildSearchIndexesAsync(work, cancellationToken);
        string[] notes = [.. restored.Notes, .. work.Found, .. request.SearchLater ? [$"Everything but the search indexes was there after {Words.Duration(ready)}; they took {Words.Duration(time.GetElapsedTime(started) - ready)} more."] : Array.Empty<string>()];
        var result = new RestoreOutcome(point.Id.ToString(), restored.Tables, restored.Rows, restored.Files, restored.Bytes, notes) { To = request.To };
        return JobOutcome.Succeeded(JsonSerializer.Serialize(result, JobLauncher.Json));
    }

    private async Task<RestoreResult> RunAsync(Work work, CancellationToken cancellationToken)
    {
        var restored = await work.RunAsync(cancellationToken);
        await LookAsync(work);
        return restored;
    }

    private async Task<RestoreResult> RunStoppedAsync(Work work, CancellationToken cancellationToken)
    {
        // What is refused anyway is refused before anybody loses their chat.
        var plan = await work.Runner.PlanAsync(work.Point, work.Engine, cancellationToken);
        if (plan.Refusals.Count > 0)
        {
            throw new Refusal(RefusalReason.Conflict, string.Join(" ", plan.Refusals), string.Join(" ", plan.Hints));
        }

        work.Progress.Report(new JobProgress("stopping Mattermost"));
        await stop.StopAsync(cancellationToken);
        var restored = await RestoreAsync(work, cancellationToken);
        await LookAsync(work);
        work.Progress.Report(new JobProgress("starting Mattermost"));
        return await stop.StartAsync() is { } fault
            ? throw new Refusal(RefusalReason.Unavailable, $"The restore came through ({Words.Count(restored.Tables, "table", "tables")}, {Words.Count(restored.Files, "file", "files")}, {Words.Bytes(restored.Bytes)}), but Mattermost could not be started: `MMDR_Restore__StartCommand` {fault}.", $"Start it on the host; {(work.Engine is { SearchLater: true, Database: not null } ? "then run the same restore there once more, of the database alone: its search indexes are still to be built." : "nothing else is missing.")}")
            : restored;
    }

    /// <summary>Not to be cancelled: it takes no time, and whoever waits for Mattermost to be started would wait in vain.</summary>
    private async Task LookAsync(Work work)
    {
        if (work is { TouchesServer: true, Engine.Database: not null })
        {
            work.Progress.Report(new JobProgress("comparing accounts"));
            work.Found.AddRange(await database.LookAsync(CancellationToken.None));
        }
    }

    /// <summary>People are told while that goes on, which may take hours: Mattermost may run by now.</summary>
    private async Task BuildSearchIndexesAsync(Work work, CancellationToken cancellationToken)
    {
        using var built = new CancellationTokenSource();
        var telling = database.TellAsync(work.Found, built.Token);
        try
        {
            await work.BuildSearchIndexesAsync(cancellationToken);
        }
        finally
        {
            await built.CancelAsync();
            await telling;
        }
    }

    /// <summary>Half of a database is nothing to start a server on.</summary>
    private static async Task<RestoreResult> RestoreAsync(Work work, CancellationToken cancellationToken)
    {
        try
        {
            return await work.RunAsync(cancellationToken);
        }
        catch (Exception failure) when (EngineRefusals.From(failure) is { } refusal)
        {
            throw new Refusal(refusal.Reason, $"{refusal.Message} Mattermost stays stopped: what was written over it is not whole.", $"{refusal.Hint} Run the same restore again on the host (`mmdr restore`); then start Mattermost.".TrimStart(), failure);
        }
    }

    private sealed record Work(RestoreRunner Runner, RestorePoint Point, RestoreRequest Engine, bool TouchesServer, IProgress<JobProgress> Progress)
    {
        /// <summary>What the look at the restored accounts found.</summary>
        internal List<string> Found { get; } = [];

        internal Task<RestoreResult> RunAsync(CancellationToken cancellationToken) => Runner.RunAsync(Point, Engine, new ProgressAdapter(Progress), cancellationToken);

        internal Task BuildSearchIndexesAsync(CancellationToken cancellationToken) => Runner.BuildSearchIndexesAsync(Point, Engine, new ProgressAdapter(Progress), cancellationToken);
    }
}
