using System.Text.Json;
using MmDrBot.Access;
using MmDrBot.Interactions;
using MmDrBot.Jobs;
using MmDrBot.Mattermost;

namespace MmDrBot.Commands;

/// <summary>Buttons and forms that run verbs: the same way as if their words had been typed.</summary>
internal sealed class VerbInteractions(VerbRunner runner, ChatMishaps mishaps, IMattermostApi api, TimeProvider time) : IInteractionHandler
{
    public string Name => Button.VerbHandler;

    public Task<InteractionReply> HandleAsync(Interaction interaction, CancellationToken cancellationToken) =>
        interaction.Invitation.Kind is InvitationKind.Form ? SubmittedAsync(interaction, cancellationToken) : ClickedAsync(interaction, cancellationToken);

    private async Task<InteractionReply> ClickedAsync(Interaction interaction, CancellationToken cancellationToken)
    {
        var replyTo = new ReplyTo(interaction.ChannelId, interaction.Actor.MattermostUserId!, await ThreadAsync(interaction, cancellationToken), null, time.GetUtcNow());
        var answer = await runner.RunAsync(new ChatCall(interaction.Invitation.Arguments, interaction.Actor, replyTo) { TriggerId = interaction.TriggerId }, cancellationToken);
        return new InteractionReply { Text = answer.Text, IsSecret = answer.IsSecret };
    }

    private async Task<InteractionReply> SubmittedAsync(Interaction interaction, CancellationToken cancellationToken)
    {
        var opened = interaction.Invitation.Arguments;
        var form = runner.FormOf(opened) ?? throw new Refusal(RefusalReason.Invalid, "This form belongs to a command that is gone.", "Open it anew.");
        var replyTo = JsonSerializer.Deserialize<ReplyTo>(interaction.ReplyToJson!, JobLauncher.Json)!;
        var words = FormWords.Of(opened, form, interaction.Fields);
        try
        {
            var answer = await runner.RunAsync(new ChatCall(words, interaction.Actor, replyTo), cancellationToken);
            return new InteractionReply { Text = answer.Text, IsSecret = answer.IsSecret };
        }
        catch (Refusal refusal) when (FormWords.FaultsOf(form, refusal) is { Count: > 0 } faults)
        {
            await mishaps.RecordAsync(interaction.Actor, opened, refusal, cancellationToken);
            return new InteractionReply { FieldErrors = faults };
        }
    }

    /// <summary>What a button starts goes into the thread of its post.</summary>
    private async Task<string?> ThreadAsync(Interaction interaction, CancellationToken cancellationToken)
    {
        if (interaction.Invitation is not { Nonce: not null, PostId: { } postId })
        {
            return null;
        }

        try
        {
            return (await api.GetPostAsync(postId, cancellationToken)).RootId is { Length: > 0 } root ? root : postId;
        }
        catch (MattermostApiException)
        {
            return null;
        }
    }
}
