using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using MmDrBot.Jobs;
using MmDrBot.Mattermost;
using MmDrBot.Verbs;

namespace MmDrBot.Commands;

/// <summary>
/// Keeps one post of the bot current for each job that was asked for in chat. Where the bot may not post in the channel it writes to the
/// person directly, and failing that sends the end to the command's response URL.
/// </summary>
internal sealed partial class LivePosts(IMattermostApi api, ResponseUrlClient responseUrls, LivePostStore store, JobReports reports, TimeProvider time, ILogger<LivePosts> logger) : IJobReporter
{
    private static readonly TimeSpan EditEvery = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan[] Pauses = [TimeSpan.FromMilliseconds(300), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3)];
    private readonly ConcurrentDictionary<string, DateTimeOffset> _edited = new();

    public async Task JobChangedAsync(Job job, CancellationToken cancellationToken)
    {
        if (job.ReplyToJson is null || JsonSerializer.Deserialize<ReplyTo>(job.ReplyToJson, JobLauncher.Json) is not { } replyTo)
        {
            return;
        }

        var now = time.GetUtcNow();
        if (!job.IsOver && _edited.TryGetValue(job.Id, out var last) && now - last < EditEvery)
        {
            return;
        }

        _edited[job.Id] = now;
        var text = ReplyMarkdown.Fit($"{reports.TextOf(job)}\nAsked by {job.ActorName.Split(':')[^1]}.");
        var told = await TellAsync(job, replyTo, text, cancellationToken);
        if (job.IsOver)
        {
            _edited.TryRemove(job.Id, out _);
            if (!told)
            {
                await SendEndAsync(job, replyTo, text, cancellationToken);
            }
        }
    }

    private async Task<bool> TellAsync(Job job, ReplyTo replyTo, string text, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await store.FindAsync(job.Id, cancellationToken) is { } postId
                    ? await EditAsync(postId, text, cancellationToken)
                    : await PostAsync(job, replyTo, text, cancellationToken);
            }
            catch (MattermostApiException failure) when (job.IsOver && failure.IsTransient && attempt < Pauses.Length)
            {
                await Task.Delay(Pauses[attempt], time, cancellationToken);
            }
            catch (MattermostApiException failure)
            {
                Log.NotTold(logger, failure, job.Id);
                return false;
            }
        }
    }

    private async Task<bool> EditAsync(string postId, string text, CancellationToken cancellationToken)
    {
        await api.PatchPostAsync(postId, new PostPatch { Message = text }, cancellationToken);
        return true;
    }

    private async Task<bool> PostAsync(Job job, ReplyTo replyTo, string text, CancellationToken cancellationToken)
    {
        var post = await TryPostAsync(job, replyTo.ChannelId, replyTo.RootId, text, cancellationToken)
            ?? await PostDirectlyAsync(job, replyTo, text, cancellationToken);
        if (post is null)
        {
            return false;
        }

        await store.SaveAsync(job.Id, post.Id, post.ChannelId, cancellationToken);
        // A repeated request gets the post that the first one made, as it was then.
        return post.Message == text || await EditAsync(post.Id, text, cancellationToken);
    }

    private async Task<Post?> PostDirectlyAsync(Job job, ReplyTo replyTo, string text, CancellationToken cancellationToken)
    {
        var me = await api.GetMeAsync(cancellationToken);
        var channel = await api.CreateDirectChannelAsync([me.Id, replyTo.UserId], cancellationToken);
        return await TryPostAsync(job, channel.Id, null, text, cancellationToken);
    }

    /// <returns>Null when the bot may not post there.</returns>
    private async Task<Post?> TryPostAsync(Job job, string channelId, string? rootId, string text, CancellationToken cancellationToken)
    {
        try
        {
            return await api.CreatePostAsync(new NewPost { ChannelId = channelId, RootId = rootId, Message = text, PendingPostId = $"{channelId}:{job.Id}" }, cancellationToken);
        }
        catch (MattermostApiException refused) when (refused.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    private async Task SendEndAsync(Job job, ReplyTo replyTo, string text, CancellationToken cancellationToken)
    {
        if (!responseUrls.Allows(replyTo.ResponseUrl) || time.GetUtcNow() - replyTo.AskedAt > MattermostLimits.ResponseUrlLifetime)
        {
            Log.NobodyTold(logger, job.Id);
            return;
        }

        try
        {
            await responseUrls.SendAsync(replyTo.ResponseUrl!, CommandResponse.Ephemeral(text), cancellationToken);
        }
        catch (MattermostApiException failure)
        {
            Log.NotTold(logger, failure, job.Id);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "Mattermost did not take news of job {JobId}.")]
        public static partial void NotTold(ILogger logger, Exception exception, string jobId);

        [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "There is no way left to tell how job {JobId} ended.")]
        public static partial void NobodyTold(ILogger logger, string jobId);
    }
}
