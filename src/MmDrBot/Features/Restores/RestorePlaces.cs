using MmDrBot.Access;
using MmDrBot.Engine.Backup;
using MmDrBot.Engine.ObjectStores.S3;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Restore;
using MmDrBot.Engine.Sources.Postgres;
using MmDrBot.Protection;
using MmDrBot.Settings;

namespace MmDrBot.Features.Restores;

/// <summary>Finds out where a restore goes: as it was asked for, to a target that the settings name, or to the protected server itself.</summary>
internal sealed class RestorePlaces(AppSettings settings, ProtectedServer server, FilesBucket buckets)
{
    internal static readonly string[] Components = ["database", "files", "config"];

    internal IReadOnlyList<string> Names => [RestoreTargetOptions.Server, .. settings.Restore.Targets.Keys.Where(RestoreTargetOptions.IsName).Order(StringComparer.Ordinal)];

    /// <exception cref="Refusal">Invalid: there is no such target, or it receives nothing of this restore point.</exception>
    internal async Task<RestoreRequest> FindAsync(StartRestoreRequest request, RestoreAddresses? addresses, RestorePoint point, CancellationToken cancellationToken)
    {
        if (request.To is not { } name)
        {
            return request.ToEngine(addresses, await buckets.OfAsync(request.Files, cancellationToken));
        }

        var place = name == RestoreTargetOptions.Server ? OfServer(await server.SourcesAsync(cancellationToken)) : await OfSettingsAsync(name, cancellationToken);
        var chosen = Choose(request, place, point);
        RequireNamed(request, name, chosen);
        return chosen;
    }

    /// <summary>Whether the restore writes over what the protected Mattermost lives on.</summary>
    internal async Task<bool> TouchesServerAsync(StartRestoreRequest request, RestoreRequest engine, CancellationToken cancellationToken)
    {
        if (request.To == RestoreTargetOptions.Server)
        {
            return true;
        }

        try
        {
            return server.ConfigFile is not null && Touches(engine, await server.SourcesAsync(cancellationToken));
        }
        catch (Refusal)
        {
            // Whose configuration is gone does not run.
            return false;
        }
    }

    private static bool Touches(RestoreRequest engine, BackupSources own) =>
        AreSame(engine.Database, own.Database) || AreSame(engine.ConfigDatabase, own.Database) || AreSame(engine.ConfigDatabase, own.ConfigDatabase)
        || AreSame(engine.FilesDirectory, own.FilesDirectory) || AreSame(engine.ConfigDirectory, own.ConfigDirectory)
        || (engine.FilesBucket is { } bucket && own.FilesBucket is { } ours && (bucket.Endpoint, bucket.Bucket) == (ours.Endpoint, ours.Bucket));

    private static bool AreSame(PostgresAddress? one, PostgresAddress? other) =>
        one is not null && other is not null && (one.Host, one.Port, one.Database) == (other.Host, other.Port, other.Database);

    private static bool AreSame(string? one, string? other) => one is not null && other is not null && Path.TrimEndingDirectorySeparator(Path.GetFullPath(one)) == Path.TrimEndingDirectorySeparator(Path.GetFullPath(other));

    private static RestoreRequest OfServer(BackupSources own) => new()
    {
        Database = own.Database,
        FilesDirectory = own.FilesDirectory,
        FilesBucket = own.FilesBucket,
        ConfigDirectory = own.ConfigDirectory,
        ConfigDatabase = own.ConfigDatabase,
    };

    /// <summary>Told to whoever asks, before a job begins that could only fail.</summary>
    /// <exception cref="Refusal">Invalid.</exception>
    internal void RequireKnown(string? name)
    {
        if (name is not null && !Names.Contains(name))
        {
            throw new Refusal(RefusalReason.Invalid, name.Length == 0 ? $"The name of the target is missing; there are: {string.Join(", ", Names)}." : $"The settings name no target {name}; there are: {string.Join(", ", Names)}.", "Targets are settings on the host: MMDR_Restore__Targets__NAME__DatabaseUrl, __Files, __Config.");
        }
    }

    private async Task<RestoreRequest> OfSettingsAsync(string name, CancellationToken cancellationToken)
    {
        RequireKnown(name);
        var target = settings.Restore.Targets[name];
        var bucket = await buckets.OfAsync(Given(target.Files), cancellationToken);
        var config = Given(target.Config);
        var isDatabase = config is not null && RestoreTargetOptions.IsAddress(config);
        return await EngineRefusals.TranslateAsync(() => Task.FromResult(new RestoreRequest
        {
            Database = Given(target.DatabaseUrl) is { } database ? PostgresAddress.Parse(database) : null,
            FilesDirectory = bucket is null ? Given(target.Files) : null,
            FilesBucket = bucket,
            ConfigDirectory = isDatabase ? null : config,
            ConfigDatabase = isDatabase ? PostgresAddress.Parse(config!) : null,
        }));
    }

    private static string? Given(string? text) => string.IsNullOrEmpty(text) ? null : text;

    /// <summary>All that the target takes and the restore point has; what was asked for by name stays, to be refused by name where it is lacking.</summary>
    private static RestoreRequest Choose(StartRestoreRequest request, RestoreRequest place, RestorePoint point)
    {
        bool Wants(string component, bool isThere) => request.Only.Contains(component) || (request.Only.Count == 0 && isThere);
        var isWhole = request.Paths.Count == 0;
        var files = Wants("files", point.Files is { Mode: "copy" });
        return request.ToEngine(null, null) with
        {
            Database = isWhole && Wants("database", point.Database is not null) ? place.Database : null,
            FilesDirectory = files ? place.FilesDirectory : null,
            FilesBucket = files ? place.FilesBucket : null,
            ConfigDirectory = isWhole && Wants("config", point.Config?.List is not null) ? place.ConfigDirectory : null,
            ConfigDatabase = isWhole && Wants("config", point.Config?.Database is not null) && !(request.Only.Count == 0 && place.ConfigDatabase is null) ? place.ConfigDatabase : null,
        };
    }

    private static void RequireNamed(StartRestoreRequest request, string name, RestoreRequest chosen)
    {
        var lacking = request.Only.Where(component => component switch
        {
            "database" => chosen.Database is null,
            "files" => chosen.FilesDirectory is null && chosen.FilesBucket is null,
            _ => chosen.ConfigDirectory is null && chosen.ConfigDatabase is null,
        }).ToArray();
        if (chosen.IsEmpty || lacking.Length > 0)
        {
            throw new Refusal(
                RefusalReason.Invalid,
                $"The target {name} receives no {(lacking.Length > 0 ? string.Join(" and no ", lacking) : "part of this restore point")}.",
                "Leave it out, or name another target; `restore-point ID` shows what the restore point holds.");
        }
    }
}
