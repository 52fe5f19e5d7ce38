using System.Text;
using System.Text.Json.Nodes;
using MmDrBot.Access;
using MmDrBot.Audit;
using MmDrBot.Data;
using MmDrBot.Interactions;
using MmDrBot.Jobs;
using MmDrBot.Mattermost;
using MmDrBot.TestKit.Mattermost;
using MmDrBot.Tests.Host;

namespace MmDrBot.Tests.Commands;

[Collection(BotCollection.Name)]
public sealed class InteractionDoorTests(BotFixture bot) : IAsyncLifetime
{
    private readonly List<string> _waiting = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var id in _waiting)
        {
            await bot.TypeAsync($"/dr cancel {id}");
        }
    }

    [Fact]
    public async Task A_click_runs_the_verb_as_if_it_had_been_typed()
    {
        var (job, post) = await WaitingJobAsync();

        var outcome = await ClickAsync(bot.Admin, post);

        Assert.Contains($"Job `{job.Id}` is cancelled", outcome.Text, StringComparison.Ordinal);
        Assert.Equal(JobState.Cancelled, (await bot.JobAsync(job.Id)).State);
        Assert.Contains(await bot.AuditAsync(), record => record.Entry.Actor == "mattermost:alice" && IsCancellation(record, job.Id));
    }

    [Fact]
    public async Task Nobody_without_the_permission_can_click_and_the_button_stays_good_for_the_others()
    {
        var (job, post) = await WaitingJobAsync();

        var outcome = await ClickAsync(bot.Plain, post);

        Assert.Contains("\"cancel_job\", which you do not have", outcome.Text, StringComparison.Ordinal);
        await AssertRefusedAsync("wrong_person", "mattermost:bob");
        Assert.Equal(JobState.Pending, (await bot.JobAsync(job.Id)).State);
        Assert.Contains("is cancelled", (await ClickAsync(bot.Admin, post)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_button_that_was_copied_into_another_post_does_nothing()
    {
        var (job, post) = await WaitingJobAsync();
        var forged = await PostAsync(bot.Plain, bot.Mattermost.HiddenContextOf(post, "Cancel"));

        var outcome = await ClickAsync(bot.Admin, forged);

        Assert.Contains("taken from another post", outcome.Text, StringComparison.Ordinal);
        await AssertRefusedAsync("wrong_post", $"unproven:{bot.Admin.Id}");
        Assert.Equal(JobState.Pending, (await bot.JobAsync(job.Id)).State);
    }

    [Fact]
    public async Task A_button_that_somebody_else_made_does_nothing()
    {
        var forged = await PostAsync(bot.Plain, new JsonObject { ["op"] = "cancel", ["invitation"] = "eyJ9.AAAA" });

        var outcome = await ClickAsync(bot.Admin, forged);

        Assert.Contains("none of MmDrBot's buttons", outcome.Text, StringComparison.Ordinal);
        await AssertRefusedAsync("forged", $"unproven:{bot.Admin.Id}");
    }

    [Fact]
    public async Task A_click_that_is_sent_again_does_nothing()
    {
        var (job, post) = await WaitingJobAsync();
        var context = bot.Mattermost.HiddenContextOf(post, "Cancel")!;
        await ClickAsync(bot.Admin, post);

        var answer = await SendAsync("actions", new JsonObject { ["user_id"] = bot.Admin.Id, ["post_id"] = post.Id, ["channel_id"] = bot.Channel.Id, ["context"] = context.DeepClone() });

        Assert.Contains("used already", (string?)answer["ephemeral_text"], StringComparison.Ordinal);
        await AssertRefusedAsync("used", "mattermost:alice");
        Assert.Single(await bot.AuditAsync(), record => IsCancellation(record, job.Id));
    }

    [Fact]
    public async Task An_expired_button_does_nothing_and_says_what_to_type()
    {
        var (job, post) = await WaitingJobAsync();
        var old = new Invitation { Kind = InvitationKind.Button, Handler = "verb", Arguments = ["cancel", job.Id], Permission = Permission.CancelJob, PostId = post.Id, ExpiresAt = DateTimeOffset.UnixEpoch };
        var token = (await bot.Get<Invitations>().IssueAsync([old], null, CancellationToken.None))[0];

        var answer = await SendAsync("actions", new JsonObject { ["user_id"] = bot.Admin.Id, ["post_id"] = post.Id, ["channel_id"] = bot.Channel.Id, ["context"] = new JsonObject { ["invitation"] = token } });

        Assert.Contains($"type `/dr cancel {job.Id}`", (string?)answer["ephemeral_text"], StringComparison.Ordinal);
        await AssertRefusedAsync("expired", $"unproven:{bot.Admin.Id}");
        Assert.Equal(JobState.Pending, (await bot.JobAsync(job.Id)).State);
    }

    [Fact]
    public async Task After_a_click_that_changed_nothing_the_post_has_a_button_that_works()
    {
        var (job, post) = await WaitingJobAsync();
        await bot.TypeAsync($"/dr cancel {job.Id}");

        Assert.Contains("over already", (await ClickAsync(bot.Admin, post)).Text, StringComparison.Ordinal);
        var second = await ClickAsync(bot.Admin, post);

        Assert.Contains("over already", second.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_sends_their_own_button_in_another_name_uses_up_nobody_elses_share()
    {
        await using var door = await Api.DoorFixture.OpenAsync(("Mattermost:Url", bot.Mattermost.Url.AbsoluteUri), ("Mattermost:Token", bot.Bot.Token));
        var shown = new Invitation { Kind = InvitationKind.Button, Handler = "verb", Arguments = ["whoami"], UserId = bot.Plain.Id, ExpiresAt = DateTimeOffset.UtcNow.AddHours(1) };
        var token = door.Get<Invitations>().Show(shown);

        var answers = new List<string?>();
        for (var i = 0; i < 70; i++)
        {
            answers.Add(await SendAsync(door, bot.Admin.Id, token));
        }

        Assert.All(answers, text => Assert.Contains("for somebody else", text, StringComparison.Ordinal));
        Assert.True(door.Get<MmDrBot.Commands.PersonLimiter>().Admits(bot.Admin.Id));
        Assert.DoesNotContain("for somebody else", await SendAsync(door, bot.Plain.Id, token), StringComparison.Ordinal);
    }

    private static async Task<string?> SendAsync(Api.DoorFixture door, string userId, string token)
    {
        using var client = new HttpClient { BaseAddress = door.Url };
        using var body = new StringContent(new JsonObject { ["user_id"] = userId, ["post_id"] = "any", ["context"] = new JsonObject { ["invitation"] = token } }.ToJsonString(), Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(new Uri("/mattermost/actions", UriKind.Relative), body);
        return (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["ephemeral_text"];
    }

    [Fact]
    public async Task What_a_button_carries_is_seen_by_no_client()
    {
        var (_, post) = await WaitingJobAsync();

        var seen = await bot.Get<IMattermostApi>().GetPostAsync(post.Id, CancellationToken.None);

        Assert.Equal(["Cancel"], MattermostStandIn.ButtonsOf(seen.Props!));
        Assert.DoesNotContain("invitation", seen.Props!.ToJsonString(), StringComparison.Ordinal);
    }

    private static bool IsCancellation(AuditRecord record, string jobId) => record.Entry.Target == jobId && record.Entry.Action.EndsWith(".cancelled", StringComparison.Ordinal);

    /// <summary>A job that no worker takes, and a post of the bot with a button that cancels it.</summary>
    private async Task<(Job Job, StandInPost Post)> WaitingJobAsync()
    {
        var job = await bot.Get<StateDatabase>().InTransactionAsync((transaction, token) => bot.Get<JobQueue>().EnqueueAsync(transaction, new NewJob("kind that no worker takes", Actor.System), token), CancellationToken.None);
        _waiting.Add(job.Id);
        var post = await bot.Get<ButtonPosts>().CreateAsync(
            new NewPost { ChannelId = bot.Channel.Id, Message = $"waiting {job.Id}" }, [new Button("Cancel", ["cancel", job.Id], Permission.CancelJob) { ChangesState = true }], CancellationToken.None);
        return (job, bot.Mattermost.Posts.Single(one => one.Id == post.Id));
    }

    private async Task<StandInPost> PostAsync(StandInUser author, JsonObject? context)
    {
        var url = new Uri(bot.Url, "/mattermost/actions").AbsoluteUri;
        var action = new JsonObject { ["id"] = "x", ["name"] = "Cancel", ["integration"] = new JsonObject { ["url"] = url, ["context"] = context?.DeepClone() } };
        using var client = new HttpClient { BaseAddress = bot.Mattermost.Url };
        client.DefaultRequestHeaders.Authorization = new("Bearer", author.Token);
        using var body = new StringContent(
            new JsonObject { ["channel_id"] = bot.Channel.Id, ["message"] = "click here", ["props"] = new JsonObject { ["attachments"] = new JsonArray(new JsonObject { ["actions"] = new JsonArray(action) }) } }.ToJsonString(), Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(new Uri("/api/v4/posts", UriKind.Relative), body);
        var id = (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["id"]!;
        return bot.Mattermost.Posts.Single(post => post.Id == id);
    }

    private Task<ClickOutcome> ClickAsync(StandInUser user, StandInPost post) => bot.Mattermost.ClickAsync(user, post, "Cancel", CancellationToken.None);

    private async Task<JsonObject> SendAsync(string door, JsonObject request)
    {
        using var client = bot.Client();
        using var body = new StringContent(request.ToJsonString(), Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(new Uri($"/mattermost/{door}", UriKind.Relative), body);
        Assert.Equal(System.Net.HttpStatusCode.OK, answer.StatusCode);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject();
    }

    private async Task AssertRefusedAsync(string reason, string actor)
    {
        var entry = (await bot.AuditAsync()).First(record => record.Entry.Action == "interaction.refused").Entry;
        Assert.Equal((actor, Door.Chat, AuditOutcome.Refused, reason), (entry.Actor, entry.Door, entry.Outcome, (string?)JsonNode.Parse(entry.DetailJson!)!["reason"]));
    }
}
