using MmDrBot.Access;
using MmDrBot.Mattermost;

namespace MmDrBot.Commands;

/// <summary>Runs what was typed behind `/dr` and words the answer; nothing that a person types makes it throw.</summary>
internal sealed class CommandRouter(VerbRunner runner, ChatActors actors, ChatMishaps mishaps, TimeProvider time)
{
    internal async Task<ChatAnswer> AnswerAsync(SlashCommandRequest request, CancellationToken cancellationToken)
    {
        var words = CommandText.Split(request.Text, request.UserMentions);
        Actor? actor = null;
        try
        {
            actor = await actors.OfAsync(request.UserId, cancellationToken);
            var replyTo = new ReplyTo(request.ChannelId, request.UserId, Given(request.RootId), Given(request.ResponseUrl), time.GetUtcNow());
            return await runner.RunAsync(new ChatCall(words, actor, replyTo) { TriggerId = Given(request.TriggerId) }, cancellationToken);
        }
        catch (Exception mishap) when (!cancellationToken.IsCancellationRequested)
        {
            return new ChatAnswer(await mishaps.TellAsync(mishap, actor, words, cancellationToken));
        }
    }

    private static string? Given(string text) => text.Length > 0 ? text : null;
}
