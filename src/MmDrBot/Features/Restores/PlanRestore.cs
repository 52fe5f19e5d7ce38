using FluentValidation;
using MmDrBot.Access;
using MmDrBot.Engine.Restore;
using MmDrBot.Protection;
using MmDrBot.Verbs;

namespace MmDrBot.Features.Restores;

/// <summary>Says what a restore would do; changes nothing.</summary>
internal sealed class PlanRestore(IValidator<StartRestoreRequest> validator, RepositoryProvider repositories)
{
    public async Task<Reply> HandleAsync(StartRestoreRequest request, string? databaseUrl, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.Restore);
        validator.RequireValid(request);
        var repository = await repositories.OpenAsync(cancellationToken);
        return await EngineRefusals.TranslateAsync(async () =>
        {
            var point = await repository.FindRestorePointAsync(request.RestorePoint, cancellationToken);
            return Draw(point.Id.ToString(), await new RestoreRunner(repository).PlanAsync(point, request.ToEngine(databaseUrl), cancellationToken));
        });
    }

    private static Reply Draw(string id, RestorePlan plan) => new()
    {
        Text = $"Restore point `{Words.Short(id)}` would be restored; nothing was changed.",
        Table = new ReplyTable(["Component", "Target", "Found there", "To write", "Items", "Drops"], [.. plan.Steps.Select(Row)]),
        Footer = plan.Refusals.Count == 0 ? null : "It would be refused: " + string.Join(" ", plan.Refusals),
        Json = new { restorePoint = id, steps = plan.Steps, refusals = plan.Refusals },
        ExitCode = plan.Refusals.Count == 0 ? ExitCodes.Ok : ExitCodes.Failed,
    };

    private static IReadOnlyList<string> Row(RestoreStep step) =>
        [step.Component, step.Target, step.Found, Words.Bytes(step.Bytes), step.Items.ToString(System.Globalization.CultureInfo.InvariantCulture), step.Drops ?? "nothing"];
}
