using System.Text.Json;
using FluentValidation;
using MmDrBot.Access;
using MmDrBot.Alarms;
using MmDrBot.Audit;
using MmDrBot.Data;

namespace MmDrBot.Features.Alarms;

/// <summary>Which alarm somebody takes on, and what they say to it.</summary>
internal sealed record AcknowledgeAlarmRequest(string Id, string? Note);

internal sealed class AcknowledgeAlarmValidator : AbstractValidator<AcknowledgeAlarmRequest>
{
    public AcknowledgeAlarmValidator() =>
        RuleFor(request => request.Note).Must(note => note is null || (note.Length <= 200 && !note.Any(char.IsControl))).WithMessage("A note has at most 200 characters, in one line.");
}

/// <summary>Somebody says that they know of an alarm: it is open still, but nobody is reminded of it any more.</summary>
internal sealed class AcknowledgeAlarm(IValidator<AcknowledgeAlarmRequest> validator, ChatTeller chat, StateDatabase state, AuditLog audit, TimeProvider time)
{
    /// <exception cref="Refusal">NotFound; Conflict: it is resolved, or acknowledged already.</exception>
    public async Task<AlarmView> HandleAsync(AcknowledgeAlarmRequest request, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ManageAlarms);
        validator.RequireValid(request);
        var acknowledged = await state.InTransactionAsync((transaction, token) => AcknowledgeAsync(transaction, request, actor, token), cancellationToken);
        await chat.CloseAsync(acknowledged, cancellationToken);
        return AlarmView.Of(acknowledged);
    }

    private async Task<RaisedAlarm> AcknowledgeAsync(StateTransaction transaction, AcknowledgeAlarmRequest request, Actor actor, CancellationToken cancellationToken)
    {
        var raised = await AlarmStore.HoldAsync(transaction, request.Id, cancellationToken);
        if (!raised.IsOpen)
        {
            throw new Refusal(RefusalReason.Conflict, $"Alarm {raised.Id} is resolved already.", "There is nothing left to do. `alarms` lists what is open.");
        }

        if (raised.AcknowledgedAt is not null)
        {
            throw new Refusal(RefusalReason.Conflict, $"Alarm {raised.Id} was acknowledged already, by {raised.AcknowledgedBy}.", "It ends by itself once its cause is gone.");
        }

        var now = time.GetUtcNow();
        var acknowledged = raised with { AcknowledgedAt = now, AcknowledgedBy = actor.Name, Note = request.Note };
        await AlarmStore.SaveAsync(transaction, acknowledged, cancellationToken);
        var detail = JsonSerializer.Serialize(new { kind = raised.Alarm.Kind, subject = raised.Alarm.Subject, note = request.Note });
        await audit.AppendAsync(transaction, AuditEntry.By(actor, now, "alarm.acknowledged", raised.Id, AuditOutcome.Succeeded) with { DetailJson = detail }, cancellationToken);
        return acknowledged;
    }
}
