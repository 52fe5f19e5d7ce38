using System.Text.Json;
using MmDrBot.Access;
using MmDrBot.Commands;
using MmDrBot.Data;
using MmDrBot.Jobs;
using MmDrBot.Mattermost;
using MmDrBot.Tests.Data;
using MmDrBot.Tests.Host;

namespace MmDrBot.Tests.Commands;

[Collection(BotCollection.Name)]
public sealed class LivePostsTests(BotFixture bot)
{
    private const string Edit = "PUT /api/v4/posts/{id}/patch";

    [Fact]
    public async Task A_job_has_one_post_in_the_channel_that_is_edited_to_its_end()
    {
        string id;
        await using (await bot.HoldBackupsAsync())
        {
            var outcome = await bot.TypeAsync("/dr backup");
            id = BotFixture.JobIdIn(outcome.Text);
            Assert.True(Assert.Single(outcome.Messages).IsEphemeral);
            await bot.PostSayingAsync(id, "is running");
        }

        var post = await bot.PostSayingAsync(id, "succeeded");

        Assert.Equal((bot.Bot.Id, bot.Channel.Id), (post.UserId, post.ChannelId));
        Assert.Contains("is running", post.EarlierMessages[0], StringComparison.Ordinal);
        Assert.Contains("Asked by alice", post.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_the_bot_may_not_post_the_person_is_written_to_directly()
    {
        var closed = bot.Mattermost.AddChannel("closed", members: [bot.Admin]);

        var id = BotFixture.JobIdIn((await bot.TypeAsync("/dr backup --only config", channel: closed)).Text);
        var post = await bot.PostSayingAsync(id, "succeeded");

        Assert.Equal(bot.Mattermost.OpenDirect(bot.Bot, bot.Admin).Id, post.ChannelId);
    }

    [Fact]
    public async Task Where_the_bot_may_post_nowhere_the_end_comes_through_the_response_url()
    {
        var closed = bot.Mattermost.AddChannel("closed too", members: [bot.Admin]);
        for (var i = 0; i < 20; i++)
        {
            bot.Mattermost.FailNext("POST /api/v4/channels/direct", 403, "api.context.permissions.app_error");
        }

        var id = BotFixture.JobIdIn((await bot.TypeAsync("/dr backup --only config", channel: closed)).Text);
        await Eventually.IsTrueAsync(() => Task.FromResult(bot.Mattermost.Ephemerals.Any(message => message.UserId == bot.Admin.Id && message.Message.Contains(id, StringComparison.Ordinal) && message.Message.Contains("succeeded", StringComparison.Ordinal))));

        Assert.Null(bot.PostOf(id));
        await DrainAsync();
    }

    [Fact]
    public async Task A_storm_of_503_while_editing_does_not_lose_the_end()
    {
        string id;
        await using (await bot.HoldBackupsAsync())
        {
            id = BotFixture.JobIdIn((await bot.TypeAsync("/dr backup --only database")).Text);
            await bot.PostSayingAsync(id, "is running");
            for (var i = 0; i < 3; i++)
            {
                bot.Mattermost.FailNext(Edit, 503);
            }

            bot.Mattermost.LoseNextAnswer(Edit);
        }

        await bot.PostSayingAsync(id, "succeeded");
        Assert.Equal(JobState.Succeeded, (await bot.JobAsync(id)).State);
    }

    [Fact]
    public async Task An_outage_that_outlasts_the_first_attempts_does_not_lose_the_end()
    {
        string id;
        await using (await bot.HoldBackupsAsync())
        {
            id = BotFixture.JobIdIn((await bot.TypeAsync("/dr backup --only database")).Text);
            await bot.PostSayingAsync(id, "is running");
            for (var i = 0; i < 6; i++)
            {
                bot.Mattermost.FailNext(Edit, 503);
            }
        }

        await bot.PostSayingAsync(id, "succeeded");
    }

    [Fact]
    public async Task An_end_that_nobody_told_before_a_restart_is_told_after_it()
    {
        var job = await bot.TypeJobAsync("/dr backup --only config");
        var post = await bot.PostSayingAsync(job.Id, "succeeded");
        await bot.Get<IMattermostApi>().PatchPostAsync(post.Id, new PostPatch { Message = $"(job `{job.Id}`) as it was before" }, CancellationToken.None);

        await bot.Get<StateDatabase>().InTransactionAsync(
            (transaction, token) => transaction.ExecuteAsync("update live_posts set told_at = null where job_id = @Id", new { job.Id }, token), CancellationToken.None);

        await bot.PostSayingAsync(job.Id, "succeeded");
    }

    [Fact]
    public async Task A_job_that_is_cancelled_before_it_began_says_so()
    {
        var replyTo = new ReplyTo(bot.Channel.Id, bot.Admin.Id, null, null, DateTimeOffset.UtcNow);
        var waiting = new NewJob("kind that no worker takes", Actor.System) { ReplyToJson = JsonSerializer.Serialize(replyTo, JobLauncher.Json) };
        var job = await bot.Get<StateDatabase>().InTransactionAsync((transaction, token) => bot.Get<JobQueue>().EnqueueAsync(transaction, waiting, token), CancellationToken.None);

        Assert.Contains("is cancelled", (await bot.TypeAsync($"/dr cancel {job.Id}")).Text, StringComparison.Ordinal);

        await bot.PostSayingAsync(job.Id, "before it began");
    }

    [Fact]
    public async Task What_is_too_long_for_the_post_stands_in_its_thread_once()
    {
        var directory = Directory.CreateDirectory(Path.Combine(bot.Sample.Directory, "data", "odd"));
        for (var i = 0; i < 7; i++)
        {
            // Sockets and the like are left out of a backup, with a note each.
            using var pipe = System.Diagnostics.Process.Start("mkfifo", Path.Combine(directory.FullName, $"pipe{i}"))!;
            await pipe.WaitForExitAsync();
        }

        try
        {
            var job = await bot.TypeJobAsync("/dr backup --only files");
            var post = await bot.PostSayingAsync(job.Id, "more notes");

            await Eventually.IsTrueAsync(() => Task.FromResult(bot.Mattermost.Posts.Any(below => below.RootId == post.Id)));
            var details = Assert.Single(bot.Mattermost.Posts, below => below.RootId == post.Id);
            Assert.Contains("pipe6", details.Message, StringComparison.Ordinal);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_post_whose_answer_got_lost_is_not_made_twice()
    {
        bot.Mattermost.LoseNextAnswer("POST /api/v4/posts");

        var id = BotFixture.JobIdIn((await bot.TypeAsync("/dr backup --only config")).Text);
        await bot.EndOfAsync(id);
        await bot.PostSayingAsync(id, "succeeded");

        Assert.Single(bot.Mattermost.Posts, post => post.Message.Contains(id, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_post_that_somebody_deleted_is_replaced_by_news_of_the_end()
    {
        string id;
        await using (await bot.HoldBackupsAsync())
        {
            id = BotFixture.JobIdIn((await bot.TypeAsync("/dr backup --only database")).Text);
            await bot.PostSayingAsync(id, "is running");
            for (var i = 0; i < 20; i++)
            {
                bot.Mattermost.FailNext(Edit, 403, "api.context.permissions.app_error");
            }
        }

        await bot.EndOfAsync(id);
        await Eventually.IsTrueAsync(() => Task.FromResult(
            bot.Mattermost.Ephemerals.Any(message => message.Message.Contains(id, StringComparison.Ordinal) && message.Message.Contains("succeeded", StringComparison.Ordinal))));
        await DrainAsync();
    }

    /// <summary>Uses up what failures are left, so that the next test meets none.</summary>
    private async Task DrainAsync()
    {
        using var client = new HttpClient { BaseAddress = bot.Mattermost.Url };
        for (var i = 0; i < 20; i++)
        {
            using var edit = await client.PutAsync(new Uri("/api/v4/posts/aaaaaaaaaaaaaaaaaaaaaaaaaa/patch", UriKind.Relative), null);
            using var direct = await client.PostAsync(new Uri("/api/v4/channels/direct", UriKind.Relative), null);
        }
    }
}
