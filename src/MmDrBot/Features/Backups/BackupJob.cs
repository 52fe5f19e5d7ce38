using System.Text.Json;
using MmDrBot.Access;
using MmDrBot.Data;
using MmDrBot.Engine.Backup;
using MmDrBot.Engine.Repositories;
using MmDrBot.Jobs;
using MmDrBot.Protection;
using MmDrBot.Settings;

namespace MmDrBot.Features.Backups;

/// <summary>The long work of a backup: look at the server, take the restore point, record that it was committed.</summary>
internal sealed partial class BackupJob(
    ProtectedServer server, RepositoryProvider repositories, StateDatabase state, CommittedRestorePoints committed, ReplicationQueue replications, TimeProvider time, ILogger<BackupJob> logger) : IJobHandler
{
    public string Kind => StartBackup.Kind;

    public async Task<JobOutcome> RunAsync(Job job, IProgress<JobProgress> progress, CancellationToken cancellationToken)
    {
        var request = JsonSerializer.Deserialize<StartBackupRequest>(job.RequestJson, JobLauncher.Json)!;
        var repository = await repositories.OpenCachedAsync(cancellationToken);
        using var alone = await JobLocks.TakeAsync(job, () => repositories.LockForBackup(repository), progress, time, cancellationToken);
        var sources = Select(await server.SourcesAsync(cancellationToken), request.Components ?? []);
        var backup = new BackupRequest { Sources = sources, Label = request.Label, Copies = request.Copies, Program = ProgramVersion.Name };
        var runner = new BackupRunner(repository, time);
        var point = await runner.RunAsync(backup, new ProgressAdapter(progress), cancellationToken);
        var notRecorded = await RecordAsync(repository, point);
        var (copies, notCopied) = await CopyAsync(request.Copies);
        var json = JsonSerializer.Serialize(ResultOf(point) with { NotRecorded = notRecorded, Copies = copies, NotCopied = notCopied, Lock = runner.Locks is { } held ? new BackupLock(EnumText.Of(held.Mode), held.Until, held.Extended) : null }, JobLauncher.Json);
        return point.State is RestorePointState.Partial ? JobOutcome.PartlyFailed(json) : JobOutcome.Succeeded(json);
    }

    private static BackupSources Select(BackupSources all, IReadOnlyList<string> components) => components.Count == 0 ? all : all with
    {
        Database = components.Contains("database") ? all.Database : null,
        ConfigDirectory = components.Contains("config") ? all.ConfigDirectory : null,
        ConfigInDatabase = components.Contains("config") && all.ConfigInDatabase,
        ConfigDatabase = components.Contains("config") ? all.ConfigDatabase : null,
        FilesDirectory = components.Contains("files") ? all.FilesDirectory : null,
        FilesBucket = components.Contains("files") ? all.FilesBucket : null,
    };

    private static BackupResult ResultOf(RestorePoint point) => new()
    {
        RestorePoint = point.Id.ToString(),
        State = EnumText.Of(point.State),
        Components = point.Components,
        Bytes = point.Bytes,
        NewBytes = point.NewBytes,
        Tables = point.Database?.Tables.Count ?? 0,
        Rows = point.Database?.Tables.Sum(table => table.Rows) ?? 0,
        Files = point.Files?.Entries ?? 0,
        Warnings = point.Warnings,
    };

    /// <summary>The restore point is committed whatever happens here: without the state it is only not remembered a second time.</summary>
    private async Task<string?> RecordAsync(Repository repository, RestorePoint point)
    {
        var record = new RestorePointRecord
        {
            RepositoryId = repository.Id,
            ManifestId = point.Id.ToString(),
            CreatedAt = point.CreatedAt,
            ComponentsJson = JsonSerializer.Serialize(point.Components),
            CopiesJson = point.Copies is { } copies ? JsonSerializer.Serialize(copies) : null,
            Bytes = point.Bytes,
        };
        try
        {
            await state.InTransactionAsync((transaction, token) => committed.RecordAsync(transaction, record, token), CancellationToken.None);
            return null;
        }
        catch (Refusal unavailable)
        {
            Log.NotRecorded(logger, unavailable, record.ManifestId);
            return unavailable.Message;
        }
    }

    /// <summary>Copies are the service's work: a command only leaves them to it, and says so.</summary>
    private async Task<(IReadOnlyList<string> Copies, string? Reason)> CopyAsync(IReadOnlyList<string>? meant)
    {
        try
        {
            return (await replications.AfterBackupAsync(meant, CancellationToken.None), null);
        }
        catch (Refusal unavailable)
        {
            Log.NotQueued(logger, unavailable);
            return ([], unavailable.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "Restore point {RestorePoint} is committed, but the state has no record of it.")]
        public static partial void NotRecorded(ILogger logger, Exception exception, string restorePoint);

        [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "The replications after the backup could not be queued.")]
        public static partial void NotQueued(ILogger logger, Exception exception);
    }
}
