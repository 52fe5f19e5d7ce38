using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using MmDrBot.Access;
using MmDrBot.Interactions;
using MmDrBot.Jobs;
using MmDrBot.Mattermost;
using MmDrBot.Verbs;

namespace MmDrBot.Commands;

/// <summary>
/// Keeps one post of the bot current for each job that was asked for in chat. Where the bot may not post in the channel it writes to the
/// person directly, and failing that sends the end to the command's response URL. <see cref="LivePostEnds"/> tells the ends that it could not.
/// </summary>
internal sealed partial class LivePosts(IMattermostApi api, ResponseUrlClient responseUrls, LivePostStore store, ButtonPosts buttons, JobReports reports, TimeProvider time, ILogger<LivePosts> logger) : IJobReporter
{
    private static readonly TimeSpan EditEvery = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan[] Pauses = [TimeSpan.FromMilliseconds(300), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3)];
    private readonly ConcurrentDictionary<string, DateTimeOffset> _edited = new();

    private readonly ConcurrentDictionary<string, bool> _ending = new();

    public async Task JobChangedAsync(Job job, CancellationToken cancellationToken)
    {
        if (job.ReplyToJson is null)
        {
            return;
        }

        if (job.IsOver)
        {
            _edited.TryRemove(job.Id, out _);
            await TellEndAsync(job, again: false, cancellationToken);
        }
        else if (IsTimeToEdit(job.Id) && ReplyToOf(job) is { } replyTo)
        {
            await TellAsync(job, replyTo, TextOf(job), again: false, cancellationToken);
        }
    }

    /// <summary>Tells how a job ended, and puts on record that it was told.</summary>
    /// <param name="job">It is over.</param>
    /// <param name="again">Whether it was tried before: then one attempt is enough, and its failure no news.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>False when it has to be tried again later.</returns>
    internal async Task<bool> TellEndAsync(Job job, bool again, CancellationToken cancellationToken)
    {
        if (!_ending.TryAdd(job.Id, true))
        {
            return true;
        }

        try
        {
            var done = await store.IsToldAsync(job.Id, cancellationToken) || ReplyToOf(job) is not { } replyTo || await TryEndAsync(job, replyTo, again, cancellationToken);
            if (done)
            {
                await store.MarkToldAsync(job.Id, cancellationToken);
            }

            return done;
        }
        finally
        {
            _ending.TryRemove(job.Id, out _);
        }
    }

    private static ReplyTo? ReplyToOf(Job job) => job.ReplyToJson is { } json ? JsonSerializer.Deserialize<ReplyTo>(json, JobLauncher.Json) : null;

    private string TextOf(Job job) => ReplyMarkdown.Fit($"{reports.TextOf(job)}\nAsked by {job.ActorName.Split(':')[^1]}.");

    private bool IsTimeToEdit(string jobId)
    {
        var now = time.GetUtcNow();
        if (_edited.TryGetValue(jobId, out var last) && now - last < EditEvery)
        {
            return false;
        }

        _edited[jobId] = now;
        return true;
    }

    private async Task<bool> TryEndAsync(Job job, ReplyTo replyTo, bool again, CancellationToken cancellationToken)
    {
        var text = TextOf(job);
        var outcome = await TellAsync(job, replyTo, text, again, cancellationToken);
        for (var attempt = 0; outcome is Outcome.NotNow && !again && attempt < Pauses.Length; attempt++)
        {
            await Task.Delay(Pauses[attempt], time, cancellationToken);
            outcome = await TellAsync(job, replyTo, text, again, cancellationToken);
        }

        if (outcome is Outcome.Told)
        {
            await TellDetailsAsync(job, cancellationToken);
            return true;
        }

        return outcome is Outcome.Refused && await SendEndAsync(job, replyTo, text, cancellationToken);
    }

    /// <summary>What is too long for the post goes below it. It is said again elsewhere, so a failure is no harm.</summary>
    private async Task TellDetailsAsync(Job job, CancellationToken cancellationToken)
    {
        if (reports.DetailsOf(job) is not { } details || await store.FindAsync(job.Id, cancellationToken) is not { } postId)
        {
            return;
        }

        try
        {
            var post = await api.GetPostAsync(postId, cancellationToken);
            var draft = new NewPost { ChannelId = post.ChannelId, RootId = post.RootId.Length > 0 ? post.RootId : postId, Message = ReplyMarkdown.Fit(details), PendingPostId = $"{post.ChannelId}:{job.Id}:details" };
            await api.CreatePostAsync(draft, cancellationToken);
        }
        catch (MattermostApiException failure)
        {
            Log.NotTold(logger, LogLevel.Debug, failure, job.Id);
        }
    }

    private async Task<Outcome> TellAsync(Job job, ReplyTo replyTo, string text, bool again, CancellationToken cancellationToken)
    {
        try
        {
            var told = await store.FindAsync(job.Id, cancellationToken) is { } postId
                ? await EditAsync(job, postId, text, cancellationToken)
                : await PostAsync(job, replyTo, text, cancellationToken);
            return told ? Outcome.Told : Outcome.Refused;
        }
        catch (MattermostApiException failure)
        {
            // An outage is said once, not at every attempt.
            Log.NotTold(logger, again ? LogLevel.Debug : LogLevel.Warning, failure, job.Id);
            return MayPass(failure) ? Outcome.NotNow : Outcome.Refused;
        }
    }

    /// <summary>A token that is not known may be one that somebody is about to replace.</summary>
    private static bool MayPass(MattermostApiException failure) => failure.IsTransient || failure.StatusCode is HttpStatusCode.Unauthorized;

    /// <summary>The buttons change with the job's end; until then they are left alone.</summary>
    private async Task<bool> EditAsync(Job job, string postId, string text, CancellationToken cancellationToken)
    {
        if (!job.IsOver || !await TrySetButtonsAsync(job, postId, text, cancellationToken))
        {
            await api.PatchPostAsync(postId, new PostPatch { Message = text, Props = job.IsOver ? ButtonDrawing.Props([]) : null }, cancellationToken);
        }

        return true;
    }

    /// <returns>False when the state or the service's secret is out of reach: news do without buttons.</returns>
    private async Task<bool> TrySetButtonsAsync(Job job, string postId, string text, CancellationToken cancellationToken)
    {
        try
        {
            await buttons.SetAsync(postId, text, reports.ButtonsOf(job), cancellationToken);
            return true;
        }
        catch (Refusal unavailable)
        {
            Log.WithoutButtons(logger, unavailable, job.Id);
            return false;
        }
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
        if (reports.ButtonsOf(job).Count == 0 || !await TrySetButtonsAsync(job, post.Id, text, cancellationToken))
        {
            return post.Message == text || await EditAsync(job, post.Id, text, cancellationToken);
        }

        return true;
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

    /// <returns>False when it has to be tried again later.</returns>
    private async Task<bool> SendEndAsync(Job job, ReplyTo replyTo, string text, CancellationToken cancellationToken)
    {
        if (!responseUrls.Allows(replyTo.ResponseUrl) || time.GetUtcNow() - replyTo.AskedAt > MattermostLimits.ResponseUrlLifetime)
        {
            return await TellAnewAsync(job, replyTo, text, cancellationToken);
        }

        try
        {
            await responseUrls.SendAsync(replyTo.ResponseUrl!, CommandResponse.Ephemeral(text), cancellationToken);
            return true;
        }
        catch (MattermostApiException failure)
        {
            Log.NotTold(logger, LogLevel.Debug, failure, job.Id);
            return !failure.IsTransient && await TellAnewAsync(job, replyTo, text, cancellationToken);
        }
    }

    /// <summary>The post is gone, as all are that are younger than a database that was restored: the end gets one of its own.</summary>
    /// <returns>False when it has to be tried again later.</returns>
    private async Task<bool> TellAnewAsync(Job job, ReplyTo replyTo, string text, CancellationToken cancellationToken)
    {
        try
        {
            var end = job with { Id = $"{job.Id}:end" };
            if (await store.FindAsync(job.Id, cancellationToken) is null || (await TryPostAsync(end, replyTo.ChannelId, null, text, cancellationToken) ?? await PostDirectlyAsync(end, replyTo, text, cancellationToken)) is null)
            {
                Log.NobodyTold(logger, job.Id);
            }

            return true;
        }
        catch (MattermostApiException failure)
        {
            Log.NotTold(logger, LogLevel.Debug, failure, job.Id);
            return !MayPass(failure);
        }
    }

    private enum Outcome
    {
        Told,
        NotNow,
        Refused,
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Message = "Mattermost did not take news of job {JobId}.")]
        public static partial void NotTold(ILogger logger, LogLevel level, Exception exception, string jobId);

        [LoggerMessage(EventId = 3, Level = LogLevel.Debug, Message = "The post of job {JobId} gets no buttons.")]
        public static partial void WithoutButtons(ILogger logger, Exception exception, string jobId);

        [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "There is no way left to tell how job {JobId} ended.")]
        public static partial void NobodyTold(ILogger logger, string jobId);
    }
}
