using MmDrBot.Engine.Backup;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Restore;
using MmDrBot.Engine.Sources.Postgres;
using MmDrBot.Engine.Verification.Drilling.Boot;
using Npgsql;

namespace MmDrBot.Engine.Verification.Drilling;

/// <summary>
/// Restores a restore point by the same code as a restore, into a scratch database and a scratch directory, and proves what came of it. Nothing
/// of it stays: what a killed drill leaves, the next one removes.
/// </summary>
public sealed class Drill(Repository repository, TimeProvider time)
{
    /// <summary>For tests: called between the restore and the checks, to damage what was restored.</summary>
    internal Func<DrillWork, Task>? AfterRestore { get; init; }

    /// <summary>Drills. What is wrong with the restore point is in the result, not thrown.</summary>
    /// <exception cref="EngineException">The drill could not be carried out; nothing is known of the restore point.</exception>
    public async Task<DrillResult> RunAsync(RestorePoint point, DrillRequest request, IProgress<ProgressReport>? report, CancellationToken cancellationToken)
    {
        var findings = new DrillFindings();
        try
        {
            return await RunAsync(point, request, findings, report, cancellationToken);
        }
        catch (NpgsqlException failure)
        {
            throw PostgresConnection.Failed(failure);
        }
    }

    private async Task<DrillResult> RunAsync(RestorePoint point, DrillRequest request, DrillFindings findings, IProgress<ProgressReport>? report, CancellationToken cancellationToken)
    {
        await ScratchDirectory.SweepAsync(request.Directory, findings.Note, cancellationToken);
        var programs = NeedsServer(point) && request.Server is null ? ProgramsFor(Math.Max(point.Database?.Major ?? 0, point.Config?.Database?.Major ?? 0)) : null;
        DrillSpace.Require(request.Directory, DrillSpace.OfFiles(point) + (programs is null ? 0 : DrillSpace.OfDatabase(point)));
        if (request.Server is { } server && NeedsServer(point))
        {
            await ScratchDatabase.SweepAsync(server, findings.Note, cancellationToken);
            await DrillSpace.RequireAsync(server, point, findings.Note, cancellationToken);
        }

        using var scratch = ScratchDirectory.Create(request.Directory);
        await using var cluster = programs is null ? null : await StartAsync(programs, point, scratch, cancellationToken);
        var place = NeedsServer(point) ? cluster?.Address ?? request.Server : null;
        await using var database = point.Database is null ? null : await ScratchDatabase.CreateAsync(place!, scratch.Name, point.Database, findings.Note, cancellationToken);
        await using var config = point.Config?.Database is not { } tables ? null : await ScratchDatabase.CreateAsync(place!, scratch.Name + "_config", tables, findings.Note, cancellationToken);
        var result = await RestoreAndLookAsync(point, request, scratch, (database, config), findings, report, cancellationToken);
        return result with { Place = place is null ? null : cluster is null ? place.WithDatabase(scratch.Name).ToString() : $"a throwaway PostgreSQL {programs!.Major}" };
    }

    private async Task<DrillResult> RestoreAndLookAsync(RestorePoint point, DrillRequest request, ScratchDirectory scratch, (ScratchDatabase? Data, ScratchDatabase? Config) databases, DrillFindings findings, IProgress<ProgressReport>? report, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var targets = TargetsOf(point, scratch, databases);
        var restored = targets.IsEmpty ? new RestoreResult(0, 0, 0, 0, []) : await TryRestoreAsync(point, targets, findings, report, cancellationToken);
        var took = time.GetElapsedTime(began);
        var draft = new DrillResult { Checks = [], RestoreTime = took, Restored = restored ?? new RestoreResult(0, 0, 0, 0, []) };
        if (restored is null)
        {
            return draft with { Checks = findings.Checks, Notes = findings.Notes };
        }

        await LabelAsync(databases, cancellationToken);
        var index = (await LoadedIndex.ReadAsync(repository, cancellationToken)).ToBlobIndex();
        using var blobs = new BlobReader(repository, index);
        var work = new DrillWork
        {
            Repository = repository,
            Point = point,
            Index = index,
            Blobs = blobs,
            Scratch = scratch,
            Findings = findings,
            Progress = new BackupProgress(report) { Phase = "proving" },
            Database = databases.Data?.Address,
            ConfigDatabase = databases.Config?.Address,
        };
        await (AfterRestore?.Invoke(work) ?? Task.CompletedTask);
        var config = await ProveAsync(work, cancellationToken);
        var (log, notStarted) = request.Boot is { } boot && !findings.HasFailed ? await new BootTrial(work, boot, time).RunAsync(config, cancellationToken) : default;
        return draft with { Checks = findings.Checks, Notes = findings.Notes, BootLog = log, NotBooted = notStarted };
    }

    private static async Task<byte[]?> ProveAsync(DrillWork work, CancellationToken cancellationToken)
    {
        if (work.Point.Database is { } source)
        {
            await new RowChecks(work, source, work.Database!).RunAsync(cancellationToken);
            await new SchemaChecks(work, source, work.Database!).RunAsync(cancellationToken);
        }
        else
        {
            work.Findings.NotProven("rows", "The restore point holds no database.");
        }

        await new FileChecks(work).RunAsync(cancellationToken);
        var config = new ConfigChecks(work);
        await config.RunAsync(cancellationToken);
        return config.Json;
    }

    /// <returns>Null when what is stored could not be restored because it is damaged; that is a finding.</returns>
    private async Task<RestoreResult?> TryRestoreAsync(RestorePoint point, RestoreRequest targets, DrillFindings findings, IProgress<ProgressReport>? report, CancellationToken cancellationToken)
    {
        try
        {
            return await new RestoreRunner(repository).RunAsync(point, targets, report, cancellationToken);
        }
        catch (EngineException damage) when (damage.Fault is EngineFault.Damaged)
        {
            findings.Failed("restore", damage.Message);
            return null;
        }
    }

    private static RestoreRequest TargetsOf(RestorePoint point, ScratchDirectory scratch, (ScratchDatabase? Data, ScratchDatabase? Config) databases) => new()
    {
        Database = databases.Data?.Address,
        ConfigDatabase = databases.Config?.Address,
        FilesDirectory = point.Files is { Mode: "copy", List: not null } ? scratch.Files : null,
        ConfigDirectory = point.Config?.List is null ? null : scratch.Config,
    };

    private static async Task LabelAsync((ScratchDatabase? Data, ScratchDatabase? Config) databases, CancellationToken cancellationToken)
    {
        foreach (var database in new[] { databases.Data, databases.Config }.OfType<ScratchDatabase>())
        {
            await database.LabelAsync(cancellationToken);
        }
    }

    private static async Task<ScratchCluster> StartAsync(ServerPrograms programs, RestorePoint point, ScratchDirectory scratch, CancellationToken cancellationToken)
    {
        var cluster = await ScratchCluster.StartAsync(programs, scratch, cancellationToken);
        try
        {
            await cluster.MakeRolesAsync(point.Database ?? point.Config!.Database!, cancellationToken);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    private static bool NeedsServer(RestorePoint point) => point.Database is not null || point.Config?.Database is not null;

    /// <exception cref="EngineException">Unavailable: there are none that are new enough.</exception>
    internal static ServerPrograms ProgramsFor(int major) => ServerPrograms.Find(major) ?? throw new EngineException(
        EngineFault.Unavailable,
        $"There is nowhere to restore the database to: a drill needs the server programs of PostgreSQL{(major > 0 ? $" {major} or newer" : "")}, and this machine has those of {ServerPrograms.Describe()}.",
        $"Install postgresql{(major > 0 ? $"-{major}" : "")} (it need not run: the drill starts a throwaway one), or set MMDR_Drills__DatabaseUrl to a server on which a scratch database may be made.");
}
