using MmDrBot.Access;
using MmDrBot.Approvals;
using MmDrBot.Interactions;
using MmDrBot.Mattermost;
using MmDrBot.Settings;

namespace MmDrBot.Features.Approvals;

/// <summary>A click on "Approve": asks for the code of the second factor, unless the settings trust chat.</summary>
internal sealed class ApproveByButton(DecideApproval decide, ListApprovals approvals, ApprovalOptions options, Forms forms) : IInteractionHandler
{
    private const int ShownSummary = 400;

    public string Name => ApprovalButtons.Approve;

    public async Task<InteractionReply> HandleAsync(Interaction interaction, CancellationToken cancellationToken)
    {
        var id = interaction.Invitation.Arguments[0];
        var waiting = await approvals.GetAsync(id, interaction.Actor, cancellationToken);
        if (options.ChatIsTrusted || waiting.State != EnumText.Of(ApprovalState.Waiting))
        {
            return Approved(await decide.ApproveAsync(id, null, interaction.Actor, cancellationToken));
        }

        await decide.RequireMayApproveAsync(id, interaction.Actor, cancellationToken);
        await AskAsync(waiting, interaction, cancellationToken);
        return new InteractionReply();
    }

    internal static InteractionReply Approved(ApprovalView view) => InteractionReply.Of($"Approved: {view.Summary}\nIt runs when {view.RequestedBy} repeats the request.");

    private async Task AskAsync(ApprovalView waiting, Interaction interaction, CancellationToken cancellationToken)
    {
        try
        {
            await forms.OpenAsync(interaction.TriggerId!, FormFor(waiting), new FormOpener(interaction.Actor.MattermostUserId!, ApproveByCode.HandlerName, [waiting.Id], null), cancellationToken);
        }
        catch (MattermostApiException failure)
        {
            throw new Refusal(RefusalReason.Unavailable, "The form for the code could not be opened, so nothing was approved.", $"Click once more, or type `/dr approve {waiting.Id} --code DIGITS`.", failure);
        }
    }

    private static Form FormFor(ApprovalView waiting) => new("Approve", Permission.ApproveOperations)
    {
        Introduction = $"{waiting.RequestedBy} asks: {(waiting.Summary.Length > ShownSummary ? waiting.Summary[..ShownSummary] + "... (all of it stands below the request)" : waiting.Summary)}",
        Submit = "Approve",
        Fields = [new FormField(ApproveByCode.Code, "Code", FormFieldKind.Line) { Help = "The six digits of your authenticator app.", MaxLength = 7 }],
    };
}
