using MmDrBot.Access;
using MmDrBot.Interactions;
using MmDrBot.Mattermost;

namespace MmDrBot.Sso;

/// <summary>Posts in the channel that the settings name; where there is none, or Mattermost does not take it, the log has it.</summary>
internal sealed partial class Announcements(ButtonPosts posts, SsoOptions options, ILogger<Announcements> logger)
{
    internal Task SayAsync(string text, CancellationToken cancellationToken) => SayAsync(text, [], cancellationToken);

    internal async Task SayAsync(string text, IReadOnlyList<Button> buttons, CancellationToken cancellationToken)
    {
        Log.Said(logger, text);
        if (options.Channel is not { Length: > 0 } channel)
        {
            return;
        }

        try
        {
            await posts.CreateAsync(new NewPost { ChannelId = channel, Message = text }, buttons, cancellationToken);
        }
        catch (Exception failure) when (failure is MattermostApiException or Refusal)
        {
            Log.NotPosted(logger, failure, channel);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "{Text}")]
        public static partial void Said(ILogger logger, string text);

        [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "This could not be posted in channel {Channel}.")]
        public static partial void NotPosted(ILogger logger, Exception exception, string channel);
    }
}
