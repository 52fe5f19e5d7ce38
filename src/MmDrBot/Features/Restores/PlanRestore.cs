using System.Globalization;
using FluentValidation;
using MmDrBot.Access;
using MmDrBot.Data;
using MmDrBot.Engine.Repositories;
using MmDrBot.Engine.Restore;
using MmDrBot.Protection;
using MmDrBot.Settings;
using MmDrBot.Verbs;
using Npgsql;

namespace MmDrBot.Features.Restores;

/// <summary>Finds out what a restore would do; changes nothing.</summary>
internal sealed class PlanRestore(IValidator<StartRestoreRequest> validator, KnownRepositories repositories, RestorePlaces places, AppSettings settings, ServerStop stop)
{
    public async Task<PlannedRestore> HandleAsync(StartRestoreRequest request, RestoreAddresses addresses, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.Restore);
        validator.RequireValid(request);
        RestoreRules.RequireNamed(request, addresses, actor, places.Names);
        places.RequireKnown(request.To);
        RestoreRules.RequireAbsolute(request, actor);
        var repository = await repositories.Get(request.Repository).OpenAsync(cancellationToken);
        return await EngineRefusals.TranslateAsync(async () =>
        {
            var point = await repository.FindRestorePointAsync(request.RestorePoint, cancellationToken);
            var engine = await places.FindAsync(request, addresses, point, cancellationToken);
            var plan = await new RestoreRunner(repository).PlanAsync(point, engine, cancellationToken);
            var overServer = await places.TouchesServerAsync(request, engine, cancellationToken);
            return new PlannedRestore(point.Id.ToString(), plan.Steps, [.. plan.Refusals, .. RefusalsOf(engine, overServer, actor)])
            {
                TakenAt = point.CreatedAt,
                OverServer = overServer,
                Warnings = [.. WarningsOf(point, plan, engine, overServer)],
            };
        });
    }

    /// <summary>Whoever asks in chat does so through a Mattermost that runs.</summary>
    private IEnumerable<string> RefusalsOf(RestoreRequest engine, bool overServer, Actor actor)
    {
        if (actor.Door is Door.Chat && HoldsState(engine))
        {
            yield return "The service's own state lies in that database and would be dropped with it, the job of this restore too: restore it on the host, with the service stopped and another MMDR_ConnectionStrings__State.";
        }

        if (overServer && actor.Door is Door.Chat && !stop.IsSet)
        {
            yield return "A Mattermost that runs must not have its data replaced, and the service does not know how to stop it: set MMDR_Restore__StopCommand and MMDR_Restore__StartCommand on the host, or stop Mattermost there and use `mmdr restore`.";
        }
    }

    private bool HoldsState(RestoreRequest engine)
    {
        if (engine.Database is not { } target || StateConnectionString.Parse(settings.State) is not { Dialect: StateDialect.PostgreSql } state)
        {
            return false;
        }

        var own = new NpgsqlConnectionStringBuilder(state.Value);
        return (own.Host, own.Port.ToString(CultureInfo.InvariantCulture), own.Database) == (target.Host, target.Port, target.Database);
    }

    private IEnumerable<string> WarningsOf(RestorePoint point, RestorePlan plan, RestoreRequest engine, bool overServer)
    {
        if (point.State is RestorePointState.Partial)
        {
            yield return "The restore point is partial: something that was there could not be read when it was taken.";
        }

        if (plan.Steps.Any(step => step.Drops is not null))
        {
            yield return $"What was written there after {Words.Time(point.CreatedAt)} will be gone. If it may be needed, take a backup first.";
        }

        if (HoldsState(engine))
        {
            yield return "The state that the settings name lies in that database, and is dropped with it: jobs, audit, open outages. Name another state for this command.";
        }

        if (engine is { SearchLater: true, Database: not null })
        {
            yield return "Search for words is slow until its indexes are built, at the end. Mattermost may run by then.";
        }

        if (overServer)
        {
            yield return stop.IsSet
                ? "This is the Mattermost that the service protects. It is stopped before anything is written, and started again afterwards: until then it is away for everybody. If the restore fails in the middle, it stays stopped."
                : "This is the Mattermost that the service protects: stop it first, and start it afterwards.";
        }
    }
}
