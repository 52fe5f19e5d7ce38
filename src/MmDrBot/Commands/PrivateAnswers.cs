using MmDrBot.Mattermost;

namespace MmDrBot.Commands;

/// <summary>
/// Tells one person what no direct answer can hold any more: through the command's response URL, else by a message that only they see,
/// else by a direct message, which is kept and so never holds a secret.
/// </summary>
internal sealed partial class PrivateAnswers(IMattermostApi api, ResponseUrlClient responseUrls, TimeProvider time, ILogger<PrivateAnswers> logger)
{
    private const string Secret = "It is done. What it gave is secret, and there was no way left to show it to you alone.\nNext: `/dr sso deliver @USER` issues it anew.";

    internal async Task SendAsync(ReplyTo replyTo, string text, bool isSecret, CancellationToken cancellationToken)
    {
        var fit = ReplyMarkdown.Fit(text);
        try
        {
            if (!await TryAsync(() => RespondAsync(replyTo, fit, cancellationToken)) && !await TryAsync(() => WhisperAsync(replyTo, fit, cancellationToken)))
            {
                await WriteAsync(replyTo, isSecret ? Secret : fit, cancellationToken);
            }
        }
        catch (MattermostApiException failure)
        {
            Log.Lost(logger, failure, replyTo.UserId);
        }
    }

    private async Task<bool> RespondAsync(ReplyTo replyTo, string text, CancellationToken cancellationToken)
    {
        if (!responseUrls.Allows(replyTo.ResponseUrl) || time.GetUtcNow() - replyTo.AskedAt > MattermostLimits.ResponseUrlLifetime)
        {
            return false;
        }

        await responseUrls.SendAsync(replyTo.ResponseUrl!, CommandResponse.Ephemeral(text), cancellationToken);
        return true;
    }

    private async Task<bool> WhisperAsync(ReplyTo replyTo, string text, CancellationToken cancellationToken)
    {
        await api.CreateEphemeralPostAsync(new EphemeralPost { UserId = replyTo.UserId, Post = new NewPost { ChannelId = replyTo.ChannelId, RootId = replyTo.RootId, Message = text } }, cancellationToken);
        return true;
    }

    private async Task WriteAsync(ReplyTo replyTo, string text, CancellationToken cancellationToken)
    {
        var me = await api.GetMeAsync(cancellationToken);
        var channel = await api.CreateDirectChannelAsync([me.Id, replyTo.UserId], cancellationToken);
        await api.CreatePostAsync(new NewPost { ChannelId = channel.Id, Message = text }, cancellationToken);
    }

    private async Task<bool> TryAsync(Func<Task<bool>> way)
    {
        try
        {
            return await way();
        }
        catch (MattermostApiException failure)
        {
            Log.WayClosed(logger, failure);
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Debug, Message = "One way to answer somebody alone is closed; the next is tried.")]
        public static partial void WayClosed(ILogger logger, Exception exception);

        [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "An answer to {User} could not be delivered.")]
        public static partial void Lost(ILogger logger, Exception exception, string user);
    }
}
