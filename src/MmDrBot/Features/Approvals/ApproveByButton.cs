using MmDrBot.Access;
using MmDrBot.Approvals;
using MmDrBot.Interactions;
using MmDrBot.Settings;

namespace MmDrBot.Features.Approvals;

/// <summary>A click on "Approve": asks for the code of the second factor, unless the settings trust chat.</summary>
internal sealed class ApproveByButton(DecideApproval decide, ListApprovals approvals, ApprovalOptions options, Forms forms, ButtonPosts posts) : IInteractionHandler
{
    private const int ShownSummary = 400;

    public string Name => ApprovalButtons.Approve;

    public async Task<InteractionReply> HandleAsync(Interaction interaction, CancellationToken cancellationToken)
    {
        var id = interaction.Invitation.Arguments[0];
        var waiting = await approvals.GetAsync(id, interaction.Actor, cancellationToken);
        if (options.ChatIsTrusted || waiting.State != EnumText.Of(ApprovalState.Waiting))
        {
            var view = await decide.ApproveAsync(id, null, interaction.Actor, cancellationToken);
            return await ApprovedAsync(view, interaction.PostId, posts, cancellationToken);
        }

        await decide.RequireMayApproveAsync(id, interaction.Actor, cancellationToken);
        var opener = new FormOpener(interaction.Actor.MattermostUserId!, ApproveByCode.HandlerName, [id, interaction.PostId!], null);
        await forms.OpenAsync(interaction.TriggerId!, FormFor(waiting), opener, cancellationToken);
        return new InteractionReply();
    }

    internal static async Task<InteractionReply> ApprovedAsync(ApprovalView view, string? postId, ButtonPosts posts, CancellationToken cancellationToken)
    {
        if (postId is not null)
        {
            await posts.SetAsync(postId, $"**Approved** by {view.DecidedBy}: {view.Summary}\nAsked by {view.RequestedBy} (`{view.Id}`).", [], cancellationToken);
        }

        return InteractionReply.Of($"Approved: {view.Summary}\nIt runs when {view.RequestedBy} repeats the request.");
    }

    private static Form FormFor(ApprovalView waiting) => new("Approve", Permission.ApproveOperations)
    {
        Introduction = $"{waiting.RequestedBy} asks: {(waiting.Summary.Length > ShownSummary ? waiting.Summary[..ShownSummary] + "..." : waiting.Summary)}",
        Submit = "Approve",
        Fields = [new FormField(ApproveByCode.Code, "Code", FormFieldKind.Line) { Help = "The six digits of your authenticator app.", MaxLength = 7 }],
    };
}
