using MmDrBot.Access;
using MmDrBot.Interactions;
using MmDrBot.Mattermost;

namespace MmDrBot.Approvals;

/// <summary>The posts that ask for a second person. Once it is decided they say so, by whatever door it was, and have no buttons any more.</summary>
internal sealed partial class ApprovalPosts(ButtonPostStore store, ButtonPosts posts, ILogger<ApprovalPosts> logger)
{
    /// <summary>What Mattermost does not take is in the log: the decision stands without it.</summary>
    internal async Task CloseAsync(string id, string text, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var post in await store.FindPostsAsync(id, cancellationToken))
            {
                await CloseOneAsync(post, id, text, cancellationToken);
            }
        }
        catch (Refusal unavailable)
        {
            Log.NotClosed(logger, unavailable, id);
        }
    }

    private async Task CloseOneAsync(string post, string id, string text, CancellationToken cancellationToken)
    {
        try
        {
            await posts.SetAsync(post, text, [], cancellationToken);
        }
        catch (MattermostApiException failure)
        {
            Log.NotClosed(logger, failure, id);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "A post that asks for a second person for {Id} still has its buttons, though it is decided.")]
        public static partial void NotClosed(ILogger logger, Exception exception, string id);
    }
}
