using MmDrBot.Engine.Backup;
using MmDrBot.Engine.Platform;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Sources.Postgres;
using Npgsql;

namespace MmDrBot.Engine.Restore;

/// <summary>Restores components of a restore point to the targets given. Nothing is touched before every target was looked at.</summary>
public sealed class RestoreRunner(Repository repository)
{
    /// <summary>Says what a restore would do.</summary>
    public async Task<RestorePlan> PlanAsync(RestorePoint point, RestoreRequest request, CancellationToken cancellationToken)
    {
        var (steps, refusals) = (new List<RestoreStep>(), new List<string>());
        if (request.Database is not null)
        {
            await PlanDatabaseAsync(point, request, steps, refusals, cancellationToken);
        }

        PlanDirectory("files", request.FilesDirectory, point.Files?.List, point.Files?.Bytes ?? 0, point.Files?.Entries ?? 0, FilesReason(point), point, request, steps, refusals);
        PlanDirectory("config", request.ConfigDirectory, point.Config?.List, point.Config?.Bytes ?? 0, point.Config?.Entries ?? 0, ConfigReason(point), point, request, steps, refusals);
        return new RestorePlan(steps, refusals);
    }

    /// <summary>Restores. A failed or killed restore leaves its targets marked, and may simply be run again.</summary>
    public async Task<RestoreResult> RunAsync(RestorePoint point, RestoreRequest request, IProgress<ProgressReport>? report, CancellationToken cancellationToken)
    {
        var plan = await PlanAsync(point, request, cancellationToken);
        if (plan.Refusals.Count > 0)
        {
            throw new EngineException(EngineFault.Conflict, string.Join(" ", plan.Refusals), "Give empty targets, or say --overwrite to drop what they hold (see --plan).");
        }

        var progress = new BackupProgress(report) { Phase = "restoring" };
        progress.Expect(plan.Steps.Sum(step => step.Bytes));
        var notes = new RestoreNotes();
        var index = (await LoadedIndex.ReadAsync(repository, cancellationToken)).ToBlobIndex();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var database = StopOnFailure(RestoreDatabaseAsync(point, request, index, progress, notes.Add, stop.Token), stop);
        var files = StopOnFailure(RestoreDirectoriesAsync(point, request, index, progress, notes.Add, stop.Token), stop);
        await Task.WhenAll(database, files);
        var (tables, rows) = await database;
        var (count, bytes) = await files;
        return new RestoreResult(tables, rows, count, bytes + (request.Database is null ? 0 : point.Database!.Bytes), notes.All);
    }

    private static async Task<T> StopOnFailure<T>(Task<T> task, CancellationTokenSource stop)
    {
        try
        {
            return await task;
        }
        catch (NpgsqlException failure)
        {
            await stop.CancelAsync();
            throw PostgresConnection.Failed(failure);
        }
        catch
        {
            await stop.CancelAsync();
            throw;
        }
    }

    private static async Task PlanDatabaseAsync(RestorePoint point, RestoreRequest request, List<RestoreStep> steps, List<string> refusals, CancellationToken cancellationToken)
    {
        if (point.Database is not { } source)
        {
            refusals.Add($"Restore point {point.Id.ToString()[..8]} holds no database.");
            return;
        }

        var state = await new DatabaseTarget(request.Database!).LookAsync(cancellationToken);
        var blocked = state is not null && !state.IsEmpty && !DatabaseTarget.IsMarked(state);
        steps.Add(new RestoreStep("database", request.Database!.ToString(), source.Bytes, source.Tables.Count, state?.Describe() ?? "does not exist", blocked && request.Overwrite ? $"every schema, extension and large object in {request.Database!.Database} ({state!.Describe()})" : null));
        if (state is null && !request.CreateDatabase)
        {
            refusals.Add($"The database {request.Database} does not exist; --create makes it.");
        }
        else if (blocked && !request.Overwrite)
        {
            refusals.Add($"The database {request.Database} is not empty: {state!.Describe()}.");
        }

        if (state is not null && state.Encoding != source.Encoding)
        {
            refusals.Add($"The database {request.Database} has the encoding {state.Encoding}, the restore point {source.Encoding}; make it new with --create.");
        }
    }

    private static string FilesReason(RestorePoint point) => point.Files is null ? "holds no files" : $"has only the file store's {(point.Files.Mode == "leave" ? "address" : "list")}, by the setting {point.Files.Mode}";

    private static string ConfigReason(RestorePoint point) => point.Config is null ? "holds no configuration" : "has its configuration in the database";

    private static void PlanDirectory(string component, string? directory, StreamRef? list, long bytes, long items, string reason, RestorePoint point, RestoreRequest request, List<RestoreStep> steps, List<string> refusals)
    {
        if (directory is null)
        {
            return;
        }

        if (list is null || (component == "files" && point.Files?.Mode != "copy"))
        {
            refusals.Add($"Restore point {point.Id.ToString()[..8]} {reason}; there is nothing to put into {directory}.");
            return;
        }

        var target = new DirectoryTarget(component, directory);
        steps.Add(target.Plan(bytes, items, point.Id.ToString(), request));
        if (target.Refusal(point.Id.ToString(), request) is { } refusal)
        {
            refusals.Add(refusal);
        }
    }

    private async Task<(int, long)> RestoreDatabaseAsync(RestorePoint point, RestoreRequest request, BlobIndex index, BackupProgress progress, Action<string> note, CancellationToken cancellationToken)
    {
        if (request.Database is not { } address)
        {
            return (0, 0);
        }

        var target = new DatabaseTarget(address);
        var state = await target.LookAsync(cancellationToken);
        if (state is null)
        {
            await target.CreateAsync(point.Database!, note, cancellationToken);
        }
        else if (state.Collate != point.Database!.Collate)
        {
            note($"The database sorts by {state.Collate}, the one that was backed up by {point.Database.Collate}.");
        }

        await using var claim = await target.ClaimAsync(cancellationToken);
        state = await target.LookAsync(cancellationToken);
        if (state is { IsEmpty: false } && !DatabaseTarget.IsMarked(state) && !request.Overwrite)
        {
            throw new EngineException(EngineFault.Conflict, $"The database {address} was empty a moment ago and is not any more; nothing in it was touched.");
        }

        await target.BeginAsync(point.Id.ToString(), state, cancellationToken);
        using var blobs = new BlobReader(repository, index, wholePacks: request.Paths.Count == 0);
        var result = await new DatabaseRestorer(blobs, address, point.Database!, progress, note).RestoreAsync(cancellationToken);
        await target.CompleteAsync(cancellationToken);
        return result;
    }

    /// <summary>What belongs elsewhere is never put there: those places may be another program's by now.</summary>
    private static async Task RestoreOutsideAsync(ConfigComponent config, string directory, BlobReader blobs, RestoreRequest request, BackupProgress progress, Action<string> note, CancellationToken cancellationToken)
    {
        if (config.Outside is { } outside)
        {
            var place = Path.Combine(directory, "outside-files");
            await new FilesRestorer(blobs, place, request, progress, fromBucket: false, note).RestoreAsync(outside, cancellationToken);
            note($"Files that the configuration names outside its directory are below {place}, under their whole paths: put them where it names them.");
        }
    }

    private async Task<(long, long)> RestoreDirectoriesAsync(RestorePoint point, RestoreRequest request, BlobIndex index, BackupProgress progress, Action<string> note, CancellationToken cancellationToken)
    {
        var (files, bytes) = (0L, 0L);
        foreach (var (component, directory, list) in new[] { ("config", request.ConfigDirectory, point.Config?.List), ("files", request.FilesDirectory, point.Files?.List) })
        {
            if (directory is null)
            {
                continue;
            }

            var target = new DirectoryTarget(component, directory);
            target.Begin(point.Id.ToString(), request);
            using var blobs = new BlobReader(repository, index, wholePacks: request.Paths.Count == 0);
            var restorer = new FilesRestorer(blobs, target.Root, request, progress, fromBucket: component == "files" && point.Files!.Driver == "amazons3", note);
            var done = await restorer.RestoreAsync(list!, cancellationToken);
            if (request.Paths.Count > 0 && done.Files == 0)
            {
                throw new EngineException(EngineFault.NotFound, $"Nothing in the restore point's {component} lies at {string.Join(", ", request.Paths)}.", "Paths are as in the file store, such as 20260101/teams/... .");
            }

            if (component == "config" && request.Paths.Count == 0)
            {
                await RestoreOutsideAsync(point.Config!, target.Root, blobs, request, progress, note, cancellationToken);
            }

            Posix.SyncFileSystem(target.Root);
            target.Complete();
            restorer.FinishTop();
            files += done.Files;
            bytes += done.Bytes;
        }

        return (files, bytes);
    }
}
