using MmDrBot.Engine.ObjectStores.Local;
using MmDrBot.Engine.ObjectStores.S3;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Sources.Postgres;

namespace MmDrBot.Engine.Restore;

/// <summary>Looks at every target of a restore, and says what would be done there and why not.</summary>
internal sealed class RestorePlanner(Repository repository, RestorePoint point, RestoreRequest request)
{
    private const string EmptyOrOverwrite = "Give empty targets, or say --overwrite to drop what they hold (see --plan).";
    private const string PlaceOfItsOwn = "Give another place: what is restored and the restore points do not go together.";
    private const string LeaveOut = "Leave out what the restore point does not hold (`mmdr restore-point` shows it).";
    private readonly List<RestoreStep> _steps = [];
    private readonly List<string> _refusals = [];
    private readonly List<string> _hints = [];

    private string Id => point.Id.ToString();

    internal async Task<RestorePlan> PlanAsync(CancellationToken cancellationToken)
    {
        if (request.Database is not null)
        {
            await PlanDatabaseAsync(cancellationToken);
        }

        if (request.FilesDirectory is { } files && HasFilesFor(files))
        {
            PlanDirectory("files", files, point.Files!.Bytes, point.Files.Entries);
        }

        if (request.FilesBucket is { } bucket && HasFilesFor(bucket.ToString()))
        {
            await PlanBucketAsync(bucket, cancellationToken);
        }

        if (request.ConfigDirectory is { } config && HasConfigFor(config))
        {
            PlanDirectory("config", config, point.Config!.Bytes, point.Config.Entries);
        }

        if (request.ConfigDatabase is { } tables)
        {
            await PlanConfigTablesAsync(tables, cancellationToken);
        }

        return new RestorePlan(_steps, _refusals, [.. _hints.Distinct()]);
    }

    private async Task PlanDatabaseAsync(CancellationToken cancellationToken)
    {
        if (point.Database is not { } source)
        {
            Refuse($"Restore point {Id[..8]} holds no database.", LeaveOut);
            return;
        }

        var address = request.Database!;
        var state = await new DatabaseTarget(address).LookAsync(cancellationToken);
        var lacksSearch = state is not null && request.OnlySearchIsMissing(state, Id);
        var blocked = state is not null && !state.IsEmpty && !DatabaseTarget.IsMarked(state) && !lacksSearch;
        if (lacksSearch)
        {
            _hints.Add("The database lacks only its search indexes: leave the other targets out, and these are built.");
        }

        _steps.Add(new RestoreStep("database", address.ToString(), source.Bytes, source.Tables.Count, state?.Describe() ?? "does not exist", blocked && request.Overwrite ? $"every schema, extension and large object in {address.Database} ({state!.Describe()})" : null));
        if (state is null && !request.CreateDatabase)
        {
            Refuse($"The database {address} does not exist.", "Say --create to make it, or correct its name in --database.");
        }
        else if (blocked && !request.Overwrite)
        {
            Refuse($"The database {address} is not empty: {state!.Describe()}.", DatabaseTarget.LacksSearch(state, Id) ? "Say --search-later to build what is missing there, or --overwrite to begin anew." : EmptyOrOverwrite);
        }

        if (state is not null && state.Encoding != source.Encoding)
        {
            Refuse($"The database {address} has the encoding {state.Encoding}, the restore point {source.Encoding}.", "Name a database that does not exist, and say --create.");
        }
    }

    private bool HasFilesFor(string target) => Has(point.Files is { Mode: "copy", List: not null }, target, point.Files is null ? "holds no files" : $"has only the file store's {(point.Files.Mode == "leave" ? "address" : "list")}, by the setting {point.Files.Mode}");

    private bool HasConfigFor(string target) => Has(point.Config?.List is not null, target, point.Config switch
    {
        null => "holds no configuration",
        { Database: not null } => "has its configuration as tables of a database of its own (--config postgres://...)",
        _ => "has its configuration in the database",
    });

    private bool Has(bool isThere, string target, string reason)
    {
        if (!isThere)
        {
            Refuse($"Restore point {Id[..8]} {reason}; there is nothing to put into {target}.", LeaveOut);
        }

        return isThere;
    }

    private void PlanDirectory(string component, string directory, long bytes, long items)
    {
        var target = new DirectoryTarget(component, directory);
        if (repository.Store is LocalObjectStore own && (PathFilter.IsBelow(own.Root, target.Root) || PathFilter.IsBelow(target.Root, own.Root)))
        {
            Refuse($"{target.Root} is where the repository of restore points is.", PlaceOfItsOwn);
            return;
        }

        _steps.Add(target.Plan(bytes, items, Id, request));
        if (target.Refusal(Id, request) is { } refusal)
        {
            Refuse(refusal, EmptyOrOverwrite);
        }
    }

    private async Task PlanBucketAsync(S3Address address, CancellationToken cancellationToken)
    {
        using var target = new BucketTarget(address);
        if (await target.NeverAsync(repository, cancellationToken) is { } never)
        {
            Refuse(never, PlaceOfItsOwn);
            return;
        }

        var state = await target.LookAsync(Id, cancellationToken);
        var isInTheWay = state.IsInTheWay && request.Paths.Count == 0;
        _steps.Add(new RestoreStep("files", target.Location, point.Files!.Bytes, point.Files.Entries, state.Describe, isInTheWay && request.Overwrite ? $"everything at {target.Location} ({state.Count})" : null));
        if (isInTheWay && !request.Overwrite)
        {
            Refuse($"{target.Location} is not empty: {state.Count}.", EmptyOrOverwrite);
        }
    }

    private async Task PlanConfigTablesAsync(PostgresAddress address, CancellationToken cancellationToken)
    {
        if (!Has(point.Config?.Database is not null, address.ToString(), point.Config switch { null => "holds no configuration", { List: not null } => "has its configuration as files (--config DIR)", _ => "has its configuration in the database" }))
        {
            return;
        }

        var source = point.Config!.Database!;
        var isToCome = request.CreateDatabase && request.Database is { } main && (main.Host, main.Port, main.Database) == (address.Host, address.Port, address.Database);
        var present = await new ConfigTablesTarget(address, source).LookAsync(cancellationToken);
        var found = present is null ? "does not exist" : present.Count == 0 ? "no configuration" : string.Join(", ", present);
        _steps.Add(new RestoreStep("config", address.ToString(), source.Bytes, source.Tables.Count, found, present?.Count > 0 && request.Overwrite ? string.Join(", ", present) : null));
        if (present is null && !isToCome)
        {
            Refuse($"The database {address} does not exist.", "Make it first (CREATE DATABASE), or name the one of --database.");
        }
        else if (present?.Count > 0 && !request.Overwrite)
        {
            Refuse($"The database {address} has a configuration already: {found}.", EmptyOrOverwrite);
        }
    }

    private void Refuse(string refusal, string hint)
    {
        _refusals.Add(refusal);
        _hints.Add(hint);
    }
}
