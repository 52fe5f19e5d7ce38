using MmDrBot.Access;
using MmDrBot.Interactions;
using MmDrBot.Mattermost;

namespace MmDrBot.Commands;

/// <summary>
/// Takes clicks and forms. Nothing that is sent here is believed but the invitation: signed by us, for this post, in time, by its audience,
/// and not used before. Whatever fails in this does nothing but a refusal, and a line in the audit.
/// </summary>
internal sealed partial class InteractionDesk(
    Invitations invitations, IEnumerable<IInteractionHandler> handlers, ChatActors actors, PersonLimiter limiter, UninvitedRecords records, ChatMishaps mishaps, ButtonPosts posts, ILogger<InteractionDesk> logger)
{
    private readonly Dictionary<string, IInteractionHandler> _handlers = handlers.ToDictionary(handler => handler.Name, StringComparer.Ordinal);

    internal async Task<InteractionReply> ClickAsync(PostActionRequest click, CancellationToken cancellationToken)
    {
        var (invitation, actor, refused) = await AcceptAsync(click.ContextText(Invitations.Field), InvitationKind.Button, click.PostId, click.UserId, cancellationToken);
        if (refused is not null)
        {
            return new InteractionReply { Text = refused, IsUninvited = true };
        }

        var interaction = new Interaction(invitation!, actor!) { ChannelId = click.ChannelId, PostId = click.PostId, TriggerId = click.TriggerId };
        var reply = await HandleAsync(interaction, cancellationToken);
        if (invitation!.Nonce is not null)
        {
            await RenewAsync(click.PostId);
        }

        return reply.Error is { } error ? InteractionReply.Of(error) : reply;
    }

    internal async Task<InteractionReply> SubmitAsync(DialogSubmission submission, CancellationToken cancellationToken)
    {
        var (invitation, actor, refused) = await AcceptAsync(submission.State, InvitationKind.Form, null, submission.UserId, cancellationToken);
        if (refused is not null)
        {
            return new InteractionReply { Error = refused, IsUninvited = true };
        }

        if (submission.Cancelled)
        {
            return new InteractionReply();
        }

        var interaction = new Interaction(invitation!, actor!)
        {
            ChannelId = submission.ChannelId,
            Fields = submission.Fields(),
            ReplyToJson = await invitations.ReplyToAsync(invitation!, cancellationToken),
        };
        var reply = await HandleAsync(interaction, cancellationToken);
        if (reply.IsRejected)
        {
            await invitations.ReleaseAsync(invitation!, CancellationToken.None);
        }

        return reply;
    }

    private async Task<(Invitation? Invitation, Actor? Actor, string? Refused)> AcceptAsync(string? token, InvitationKind kind, string? postId, string userId, CancellationToken cancellationToken)
    {
        if (invitations.Read(token) is not { } invitation || !_handlers.ContainsKey(invitation.Handler))
        {
            return (null, null, await records.RefuseAsync(Uninvited.Forged, null, userId, null, cancellationToken));
        }

        if (invitations.Judge(invitation, kind, postId) is { } reason)
        {
            return (null, null, await records.RefuseAsync(reason, invitation, userId, null, cancellationToken));
        }

        if (!Invitations.Proves(invitation, userId))
        {
            return (null, null, await records.RefuseAsync(Uninvited.WrongPerson, invitation, userId, null, cancellationToken));
        }

        if (!limiter.Admits(userId))
        {
            return (null, null, PersonLimiter.Refusal);
        }

        try
        {
            var actor = await actors.OfAsync(userId, cancellationToken);
            var refusal = !Invitations.IsFor(invitation, actor) ? Uninvited.WrongPerson : !await invitations.TryUseAsync(invitation, actor, cancellationToken) ? Uninvited.Used : (Uninvited?)null;
            return (invitation, actor, refusal is { } no ? await records.RefuseAsync(no, invitation, userId, actor, cancellationToken) : null);
        }
        catch (Refusal unavailable)
        {
            return (null, null, ChatMishaps.Say(unavailable, null));
        }
    }

    private async Task<InteractionReply> HandleAsync(Interaction interaction, CancellationToken cancellationToken)
    {
        try
        {
            return await _handlers[interaction.Invitation.Handler].HandleAsync(interaction, cancellationToken);
        }
        catch (Exception mishap) when (!cancellationToken.IsCancellationRequested)
        {
            return new InteractionReply { Error = await mishaps.TellAsync(mishap, interaction.Actor, interaction.Invitation.Arguments, cancellationToken) };
        }
    }

    private async Task RenewAsync(string postId)
    {
        try
        {
            await posts.RenewAsync(postId, CancellationToken.None);
        }
        catch (Exception failure) when (failure is MattermostApiException or Refusal)
        {
            Log.NotRenewed(logger, failure, postId);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The buttons of post {PostId} could not be replaced after a click.")]
        public static partial void NotRenewed(ILogger logger, Exception exception, string postId);
    }
}
