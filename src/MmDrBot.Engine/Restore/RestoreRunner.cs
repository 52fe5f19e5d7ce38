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
    public Task<RestorePlan> PlanAsync(RestorePoint point, RestoreRequest request, CancellationToken cancellationToken) =>
        new RestorePlanner(repository, point, request).PlanAsync(cancellationToken);

    /// <summary>Restores. A failed or killed restore leaves its targets marked, and may simply be run again.</summary>
    public async Task<RestoreResult> RunAsync(RestorePoint point, RestoreRequest request, IProgress<ProgressReport>? report, CancellationToken cancellationToken)
    {
        var plan = await PlanAsync(point, request, cancellationToken);
        if (plan.Refusals.Count > 0)
        {
            throw new EngineException(EngineFault.Conflict, string.Join(" ", plan.Refusals), string.Join(" ", plan.Hints));
        }

        var progress = new BackupProgress(report) { Phase = "restoring" };
        progress.Expect(plan.Steps.Sum(step => step.Bytes));
        var notes = new RestoreNotes();
        var index = (await LoadedIndex.ReadAsync(repository, cancellationToken)).ToBlobIndex();
        var packs = request.Paths.Count == 0 ? PackCache.For(repository.Store) : null;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var slowestBegun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var database = StopOnFailure(RestoreDatabaseAsync(point, request, index, packs, progress, notes.Add, slowestBegun, stop.Token), stop);
        var files = StopOnFailure(RestoreFilesAsync(point, request, index, packs, progress, notes.Add, slowestBegun.Task, stop.Token), stop);
        await Task.WhenAll(database, files);
        var (tables, rows, written) = await database;
        var (count, bytes) = await files;
        if (request.ConfigDatabase is { } address)
        {
            // Last, since it may be the database that was filled just now.
            using var blobs = new BlobReader(repository, index);
            rows += await StopOnFailure(new ConfigTablesTarget(address, point.Config!.Database!).RestoreAsync(blobs, request.Overwrite, progress, notes.Add, stop.Token), stop);
            (tables, bytes) = (tables + point.Config!.Database!.Tables.Count, bytes + point.Config.Bytes);
        }

        return new RestoreResult(tables, rows, count, bytes + written, notes.All);
    }

    /// <summary>Builds the indexes that <see cref="RestoreRequest.SearchLater"/> left out, beside whoever uses the database by now. It may be run again.</summary>
    public async Task BuildSearchIndexesAsync(RestorePoint point, RestoreRequest request, IProgress<ProgressReport>? report, CancellationToken cancellationToken)
    {
        if (request is not { SearchLater: true, Database: { } address })
        {
            return;
        }

        _ = new BackupProgress(report) { Phase = "building search indexes; Mattermost may run" };
        try
        {
            var index = (await LoadedIndex.ReadAsync(repository, cancellationToken)).ToBlobIndex();
            using var blobs = new BlobReader(repository, index);
            await new SearchIndexes(blobs, address, point).BuildAsync(cancellationToken);
        }
        catch (NpgsqlException failure)
        {
            throw PostgresConnection.Failed(failure);
        }
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

    /// <param name="point">What is restored.</param>
    /// <param name="request">Where to.</param>
    /// <param name="index">Where its blobs are.</param>
    /// <param name="packs">Packs that were read already.</param>
    /// <param name="progress">Told of bytes.</param>
    /// <param name="note">Told of what the admin should know.</param>
    /// <param name="slowestBegun">Completed when the index that takes longest has begun, or there is none: until then whatever else runs delays the whole restore. Cancelled where it comes to nothing before that.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    private async Task<(int Tables, long Rows, long Bytes)> RestoreDatabaseAsync(RestorePoint point, RestoreRequest request, BlobIndex index, PackCache? packs, BackupProgress progress, Action<string> note, TaskCompletionSource slowestBegun, CancellationToken cancellationToken)
    {
        try
        {
            var restored = request.Database is { } address ? await RestoreDatabaseAsync(point, request, address, index, packs, progress, note, slowestBegun.SetResult, cancellationToken) : (0, 0, 0);
            slowestBegun.TrySetResult();
            return restored;
        }
        finally
        {
            slowestBegun.TrySetCanceled(CancellationToken.None);
        }
    }

    private async Task<(int Tables, long Rows, long Bytes)> RestoreDatabaseAsync(RestorePoint point, RestoreRequest request, PostgresAddress address, BlobIndex index, PackCache? packs, BackupProgress progress, Action<string> note, Action slowestBegun, CancellationToken cancellationToken)
    {
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
        if (state is not null && request.OnlySearchIsMissing(state, point.Id.ToString()))
        {
            return (0, 0, 0);
        }

        if (state is { IsEmpty: false } && !DatabaseTarget.IsMarked(state) && !request.Overwrite)
        {
            throw new EngineException(EngineFault.Conflict, $"The database {address} was empty a moment ago and is not any more; nothing in it was touched.");
        }

        await target.BeginAsync(point.Id.ToString(), state, cancellationToken);
        using var blobs = new BlobReader(repository, index, packs);
        var (tables, rows) = await new DatabaseRestorer(blobs, address, point.Database!, progress, note).RestoreAsync(request.SearchLater, slowestBegun, cancellationToken);
        await (request.SearchLater ? target.CompleteButSearchAsync(point.Id.ToString(), cancellationToken) : target.CompleteAsync(cancellationToken));
        return (tables, rows, point.Database!.Bytes);
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

    private async Task<(long, long)> RestoreFilesAsync(RestorePoint point, RestoreRequest request, BlobIndex index, PackCache? packs, BackupProgress progress, Action<string> note, Task begin, CancellationToken cancellationToken)
    {
        await begin;
        var (files, bytes) = (0L, 0L);
        using var blobs = new BlobReader(repository, index, packs);
        foreach (var (component, directory) in new[] { ("config", request.ConfigDirectory), ("files", request.FilesDirectory) })
        {
            if (directory is not null)
            {
                var done = await RestoreDirectoryAsync(point, component, directory, request, blobs, progress, note, cancellationToken);
                (files, bytes) = (files + done.Files, bytes + done.Bytes);
            }
        }

        if (request.FilesBucket is { } address)
        {
            using var target = new BucketTarget(address);
            var mayExist = await target.BeginAsync(point.Id.ToString(), request, cancellationToken);
            var written = await new BucketRestorer(blobs, target.Writer, request, mayExist, progress, note).RestoreAsync(point.Files!.List!, cancellationToken);
            RequireAny("files", written.Objects, request);
            if (request.Paths.Count == 0)
            {
                await target.CompleteAsync(written, cancellationToken);
            }

            (files, bytes) = (files + written.Objects, bytes + written.Bytes);
        }

        return (files, bytes);
    }

    private static async Task<(long Files, long Bytes)> RestoreDirectoryAsync(RestorePoint point, string component, string directory, RestoreRequest request, BlobReader blobs, BackupProgress progress, Action<string> note, CancellationToken cancellationToken)
    {
        var target = new DirectoryTarget(component, directory);
        target.Begin(point.Id.ToString(), request);
        var list = component == "config" ? point.Config!.List! : point.Files!.List!;
        var restorer = new FilesRestorer(blobs, target.Root, request, progress, fromBucket: component == "files" && point.Files!.Driver == "amazons3", note);
        var done = await restorer.RestoreAsync(list, cancellationToken);
        RequireAny(component, done.Files, request);
        if (component == "config" && request.Paths.Count == 0)
        {
            await RestoreOutsideAsync(point.Config!, target.Root, blobs, request, progress, note, cancellationToken);
        }

        Posix.SyncFileSystem(target.Root);
        target.Complete();
        restorer.FinishTop();
        return done;
    }

    private static void RequireAny(string component, long files, RestoreRequest request)
    {
        if (request.Paths.Count > 0 && files == 0)
        {
            throw new EngineException(EngineFault.NotFound, $"Nothing in the restore point's {component} lies at {string.Join(", ", request.Paths)}.", "Paths are as in the file store, such as 20260101/teams/... .");
        }
    }
}
