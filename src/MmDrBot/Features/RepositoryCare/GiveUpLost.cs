using System.Text.Json;
using FluentValidation;
using MmDrBot.Access;
using MmDrBot.Audit;
using MmDrBot.Data;
using MmDrBot.Engine.Maintenance;
using MmDrBot.Engine.Repositories;
using MmDrBot.Protection;

namespace MmDrBot.Features.RepositoryCare;

/// <summary>What is lost for good, by its name or the first digits of its id, and why nobody waits for it.</summary>
internal sealed record GiveUpLostRequest(string Object, string Reason, string? Repository = null);

internal sealed class GiveUpLostValidator : AbstractValidator<GiveUpLostRequest>
{
    private const int LongestReason = 500;

    public GiveUpLostValidator() =>
        RuleFor(request => request.Reason).Must(reason => reason.Trim().Length is > 0 and <= LongestReason).WithMessage($"--reason: say why, in at most {LongestReason} characters; whoever looks at the repository later reads it.");
}

/// <summary>Gives up an object that a check finds lost, so that it blocks nothing any more.</summary>
internal sealed class GiveUpLost(IValidator<GiveUpLostRequest> validator, KnownRepositories repositories, ExpectedRestorePoints expectedPoints, StateDatabase state, CommittedRestorePoints committed, AuditLog audit, TimeProvider time)
{
    public async Task<string> HandleAsync(GiveUpLostRequest request, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ManageRepository);
        validator.RequireValid(request);
        var place = repositories.Get(request.Repository);
        var repository = await place.OpenAsync(cancellationToken);
        using var alone = place.LockForMaintenance(repository);
        var (expected, _, _) = await expectedPoints.ListAsync(place, repository.Id, cancellationToken);
        var name = await EngineRefusals.TranslateAsync(() => GiveUpObject.FindAsync(repository, request.Object, expected, time, cancellationToken));

        // As with forget: the intent first, then the repository's own record, then the outcome.
        await RecordAsync(actor, place.Name, repository.Id, name, request.Reason, AuditOutcome.Started, cancellationToken);
        await EngineRefusals.TranslateAsync(() => GiveUpObject.WriteAsync(repository, name, request.Reason.Trim(), actor.Name, time, cancellationToken));
        await RecordAsync(actor, place.Name, repository.Id, name, request.Reason, AuditOutcome.Succeeded, CancellationToken.None);
        return name;
    }

    private Task RecordAsync(Actor actor, string place, string repositoryId, string name, string reason, AuditOutcome outcome, CancellationToken cancellationToken) =>
        state.InTransactionAsync(
            async (transaction, token) =>
            {
                if (outcome is AuditOutcome.Succeeded && !repositories.IsCopy(place) && name.StartsWith("manifests/", StringComparison.Ordinal))
                {
                    await committed.MarkForgottenAsync(transaction, repositoryId, name["manifests/".Length..], time.GetUtcNow(), token);
                }

                await audit.AppendAsync(transaction, AuditEntry.By(actor, time.GetUtcNow(), "repository.given_up", repositories.IsCopy(place) ? $"{place}/{name}" : name, outcome) with { DetailJson = JsonSerializer.Serialize(new { reason = reason.Trim() }) }, token);
            },
            cancellationToken);
}
