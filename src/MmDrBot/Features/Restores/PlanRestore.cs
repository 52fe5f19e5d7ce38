using FluentValidation;
using MmDrBot.Access;
using MmDrBot.Engine.Restore;
using MmDrBot.Protection;

namespace MmDrBot.Features.Restores;

/// <summary>What a restore would do, and why it would be refused.</summary>
internal sealed record PlannedRestore(string RestorePoint, IReadOnlyList<RestoreStep> Steps, IReadOnlyList<string> Refusals);

/// <summary>Finds out what a restore would do; changes nothing.</summary>
internal sealed class PlanRestore(IValidator<StartRestoreRequest> validator, KnownRepositories repositories, FilesBucket buckets)
{
    public async Task<PlannedRestore> HandleAsync(StartRestoreRequest request, RestoreAddresses addresses, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.Restore);
        validator.RequireValid(request);
        RestoreRules.RequireAbsolute(request, actor);
        var bucket = await buckets.OfAsync(request.Files, cancellationToken);
        var repository = await repositories.Get(request.Repository).OpenAsync(cancellationToken);
        return await EngineRefusals.TranslateAsync(async () =>
        {
            var point = await repository.FindRestorePointAsync(request.RestorePoint, cancellationToken);
            var plan = await new RestoreRunner(repository).PlanAsync(point, request.ToEngine(addresses, bucket), cancellationToken);
            return new PlannedRestore(point.Id.ToString(), plan.Steps, plan.Refusals);
        });
    }
}
