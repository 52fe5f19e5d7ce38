using MmDrBot.Access;
using MmDrBot.Mattermost;

namespace MmDrBot.Announcing;

/// <summary>Says in chat what nobody asked for. What Mattermost does not take is in the log, as everything that is said.</summary>
internal sealed partial class Announcements(Func<IMattermostApi> mattermost, AnnouncementOptions options, ILogger<Announcements> logger)
{
    internal async Task SayAsync(NewsKind kind, string text, CancellationToken cancellationToken)
    {
        Log.Said(logger, kind is NewsKind.JobSucceeded or NewsKind.ApprovalDecided or NewsKind.OutageClosed or NewsKind.ProviderUp ? LogLevel.Information : LogLevel.Warning, text);
        foreach (var target in options.TargetsOf(kind))
        {
            await TrySayAsync(target, text, cancellationToken);
        }
    }

    private async Task TrySayAsync(string target, string text, CancellationToken cancellationToken)
    {
        try
        {
            var channel = target.StartsWith('@') ? await DirectChannelAsync(target[1..], cancellationToken) : target;
            await mattermost().CreatePostAsync(new NewPost { ChannelId = channel, Message = text }, cancellationToken);
        }
        catch (Exception failure) when (failure is MattermostApiException or Refusal)
        {
            Log.NotPosted(logger, failure, target);
        }
    }

    private async Task<string> DirectChannelAsync(string username, CancellationToken cancellationToken)
    {
        var api = mattermost();
        var me = await api.GetMeAsync(cancellationToken);
        var person = await api.GetUserByUsernameAsync(username.ToLowerInvariant(), cancellationToken);
        return (await api.CreateDirectChannelAsync([me.Id, person.Id], cancellationToken)).Id;
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Message = "{Text}")]
        public static partial void Said(ILogger logger, LogLevel level, string text);

        [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "This could not be posted to {Target}.")]
        public static partial void NotPosted(ILogger logger, Exception exception, string target);
    }
}
