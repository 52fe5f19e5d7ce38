using MmDrBot.Access;
using MmDrBot.Interactions;

namespace MmDrBot.Features.Approvals;

/// <summary>The form that a click on "Approve" opened, with the code.</summary>
internal sealed class ApproveByCode(DecideApproval decide) : IInteractionHandler
{
    internal const string HandlerName = "approvecode";
    internal const string Code = "code";

    public string Name => HandlerName;

    public async Task<InteractionReply> HandleAsync(Interaction interaction, CancellationToken cancellationToken)
    {
        try
        {
            return ApproveByButton.Approved(await decide.ApproveAsync(interaction.Invitation.Arguments[0], interaction.Fields.GetValueOrDefault(Code), interaction.Actor, cancellationToken));
        }
        catch (Refusal refusal) when (refusal.Reason is RefusalReason.Forbidden)
        {
            return new InteractionReply { FieldErrors = new Dictionary<string, string> { [Code] = refusal.Message } };
        }
    }
}
