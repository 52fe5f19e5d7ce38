using MmDrBot.Access;
using MmDrBot.Interactions;
using MmDrBot.Mattermost;
using MmDrBot.Settings;

namespace MmDrBot.Announcing;

/// <summary>Says in chat what nobody asked for. What Mattermost does not take is in the log, as everything that is said.</summary>
internal sealed partial class Announcements(Func<IMattermostApi> mattermost, ButtonPosts posts, AnnouncementOptions options, ILogger<Announcements> logger)
{
    internal Task<bool> SayAsync(NewsKind kind, string text, CancellationToken cancellationToken) => SayAsync(kind, text, [], cancellationToken);

    internal Task<bool> SayAsync(NewsKind kind, string text, IReadOnlyList<Button> buttons, CancellationToken cancellationToken) => SayAsync(kind, text, buttons, null, cancellationToken);

    /// <param name="kind">Decides who hears of it.</param>
    /// <param name="text">Markdown, without secrets.</param>
    /// <param name="buttons">What one may do about it; each stands under every post.</param>
    /// <param name="details">What goes below each post, into its thread; null: nothing.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether Mattermost took it for all who are to hear of it.</returns>
    internal async Task<bool> SayAsync(NewsKind kind, string text, IReadOnlyList<Button> buttons, string? details, CancellationToken cancellationToken)
    {
        Log.Said(logger, kind is NewsKind.JobSucceeded or NewsKind.DrillPassed or NewsKind.ApprovalDecided or NewsKind.OutageClosed or NewsKind.ProviderUp or NewsKind.AlarmResolved ? LogLevel.Information : LogLevel.Warning, text);
        var isTaken = true;
        foreach (var target in options.TargetsOf(kind))
        {
            isTaken &= await TrySayAsync(target, text, buttons, details, cancellationToken);
        }

        return isTaken;
    }

    private async Task<bool> TrySayAsync(string target, string text, IReadOnlyList<Button> buttons, string? details, CancellationToken cancellationToken)
    {
        try
        {
            var channel = await ChannelAsync(target, cancellationToken);
            var post = await posts.CreateAsync(new NewPost { ChannelId = channel, Message = text }, [], cancellationToken);
            if (details is not null)
            {
                await mattermost().CreatePostAsync(new NewPost { ChannelId = channel, RootId = post.Id, Message = details }, cancellationToken);
            }

            if (buttons.Count > 0)
            {
                await TryButtonsAsync(post.Id, target, buttons, cancellationToken);
            }

            return true;
        }
        catch (Exception failure) when (failure is MattermostApiException or Refusal)
        {
            Log.NotPosted(logger, failure, target);
            return false;
        }
    }

    /// <summary>Says it to one of <see cref="AnnouncementOptions.TargetsOf"/>, for those who keep book of what was said. Without buttons rather than not at all.</summary>
    /// <returns>The post's id.</returns>
    /// <exception cref="MattermostApiException">Mattermost did not take it.</exception>
    internal async Task<string> PostAsync(string target, string text, IReadOnlyList<Button> buttons, CancellationToken cancellationToken)
    {
        var channel = await ChannelAsync(target, cancellationToken);
        var post = await posts.CreateAsync(new NewPost { ChannelId = channel, Message = text }, [], cancellationToken);
        if (buttons.Count > 0)
        {
            await TryButtonsAsync(post.Id, target, buttons, cancellationToken);
        }

        return post.Id;
    }

    private async Task TryButtonsAsync(string postId, string target, IReadOnlyList<Button> buttons, CancellationToken cancellationToken)
    {
        try
        {
            await posts.SetAsync(postId, null, buttons, cancellationToken);
        }
        catch (Exception failure) when (failure is MattermostApiException or Refusal)
        {
            Log.NoButtons(logger, failure, target);
        }
    }

    private async Task<string> ChannelAsync(string target, CancellationToken cancellationToken) =>
        target.StartsWith('@') ? await DirectChannelAsync(target[1..], cancellationToken) : target;

    /// <summary>Says it to one account directly.</summary>
    internal async Task TellAsync(string userId, string text, CancellationToken cancellationToken)
    {
        try
        {
            await mattermost().CreatePostAsync(new NewPost { ChannelId = await DirectChannelOfAsync(userId, cancellationToken), Message = text }, cancellationToken);
        }
        catch (Exception failure) when (failure is MattermostApiException or Refusal)
        {
            Log.NotPosted(logger, failure, userId);
        }
    }

    private async Task<string> DirectChannelAsync(string username, CancellationToken cancellationToken) =>
        await DirectChannelOfAsync((await mattermost().GetUserByUsernameAsync(username.ToLowerInvariant(), cancellationToken)).Id, cancellationToken);

    private async Task<string> DirectChannelOfAsync(string userId, CancellationToken cancellationToken)
    {
        var me = await mattermost().GetMeAsync(cancellationToken);
        return (await mattermost().CreateDirectChannelAsync([me.Id, userId], cancellationToken)).Id;
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Message = "{Text}")]
        public static partial void Said(ILogger logger, LogLevel level, string text);

        [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "This could not be posted to {Target}.")]
        public static partial void NotPosted(ILogger logger, Exception exception, string target);

        [LoggerMessage(EventId = 3, Level = LogLevel.Warning, Message = "A post to {Target} has no buttons.")]
        public static partial void NoButtons(ILogger logger, Exception exception, string target);
    }
}
