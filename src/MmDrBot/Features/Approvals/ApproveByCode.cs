using MmDrBot.Access;
using MmDrBot.Interactions;

namespace MmDrBot.Features.Approvals;

/// <summary>The form that a click on "Approve" opened, with the code.</summary>
internal sealed class ApproveByCode(DecideApproval decide, ButtonPosts posts) : IInteractionHandler
{
    internal const string HandlerName = "approvecode";
    internal const string Code = "code";

    public string Name => HandlerName;

    public async Task<InteractionReply> HandleAsync(Interaction interaction, CancellationToken cancellationToken)
    {
        var (id, postId) = (interaction.Invitation.Arguments[0], interaction.Invitation.Arguments[1]);
        try
        {
            var view = await decide.ApproveAsync(id, interaction.Fields.GetValueOrDefault(Code), interaction.Actor, cancellationToken);
            return await ApproveByButton.ApprovedAsync(view, postId, posts, cancellationToken);
        }
        catch (Refusal refusal) when (refusal.Reason is RefusalReason.Forbidden)
        {
            return new InteractionReply { FieldErrors = new Dictionary<string, string> { [Code] = refusal.Message } };
        }
    }
}
