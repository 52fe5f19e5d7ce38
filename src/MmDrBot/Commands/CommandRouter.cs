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
            return await runner.RunAsync(new ChatCall(words, actor, ReplyTo(request, time.GetUtcNow())) { TriggerId = Given(request.TriggerId) }, cancellationToken);
        }
        catch (Exception mishap) when (!cancellationToken.IsCancellationRequested)
        {
            return new ChatAnswer(await mishaps.TellAsync(mishap, actor, words, cancellationToken));
        }
    }

    /// <summary>Where whoever typed this waits for what comes later.</summary>
    internal static ReplyTo ReplyTo(SlashCommandRequest request, DateTimeOffset askedAt) => new(request.ChannelId, request.UserId, Given(request.RootId), Given(request.ResponseUrl), askedAt);

    private static string? Given(string text) => text.Length > 0 ? text : null;
}
