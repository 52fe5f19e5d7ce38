using MmDrBot.Interactions;
using MmDrBot.Mattermost;

namespace MmDrBot.Commands;

/// <summary>
/// Tells one person what no direct answer can hold any more: through the command's response URL, else by a message that only they see,
/// else by a direct message, which is kept and so never holds a secret.
/// </summary>
internal sealed partial class PrivateAnswers(IMattermostApi api, ResponseUrlClient responseUrls, ButtonDrawing drawing, TimeProvider time, ILogger<PrivateAnswers> logger)
{
    private const string Secret = "It is done. What it gave is secret, and there was no way left to show it to you alone.\nNext: `/dr sso deliver @USER` issues it anew.";

    /// <summary>An answer as the command's own, with the buttons that it may have.</summary>
    internal CommandResponse Draw(string userId, ChatAnswer answer) => CommandResponse.Ephemeral(ReplyMarkdown.Fit(answer.Text)) with
    {
        Attachments = drawing.ForUser(userId, answer.Buttons) is { Count: > 0 } buttons ? buttons : null,
    };

    internal async Task SendAsync(ReplyTo replyTo, ChatAnswer answer, CancellationToken cancellationToken)
    {
        var fit = ReplyMarkdown.Fit(answer.Text);
        try
        {
            if (!await TryAsync(() => RespondAsync(replyTo, answer, cancellationToken)) && !await TryAsync(() => WhisperAsync(replyTo, fit, cancellationToken)))
            {
                await WriteAsync(replyTo, answer.IsSecret ? Secret : fit, cancellationToken);
            }
        }
        catch (MattermostApiException failure)
        {
            Log.Lost(logger, failure, replyTo.UserId);
        }
    }

    private async Task<bool> RespondAsync(ReplyTo replyTo, ChatAnswer answer, CancellationToken cancellationToken)
    {
        if (!responseUrls.Allows(replyTo.ResponseUrl) || time.GetUtcNow() - replyTo.AskedAt > MattermostLimits.ResponseUrlLifetime)
        {
            return false;
        }

        await responseUrls.SendAsync(replyTo.ResponseUrl!, Draw(replyTo.UserId, answer), cancellationToken);
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
