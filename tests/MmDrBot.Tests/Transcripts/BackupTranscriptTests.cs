using System.Text.Json.Nodes;
using MmDrBot.Jobs;
using MmDrBot.TestKit.Mattermost;
using MmDrBot.Tests.Data;
using MmDrBot.Tests.Host;

namespace MmDrBot.Tests.Transcripts;

/// <summary>Whole stories, as people in Mattermost live through them.</summary>
public sealed class BackupTranscriptTests(BotFixture bot) : IClassFixture<BotFixture>
{
    [Fact]
    public async Task A_backup_from_the_form_over_the_live_post_to_its_verification()
    {
        bot.Admin.Timezone = "Europe/Berlin";
        Assert.Equal("", (await bot.TypeAsync("/dr Backup —ask")).Text);
        var form = bot.Mattermost.Dialogs[^1];
        Assert.Equal(("Take a backup", bot.Admin.Id), (form.Title, form.UserId));

        var wrong = await SubmitAsync(form, new JsonObject { ["--label"] = new string('x', 65), ["--only"] = null });
        Assert.Equal("A label has at most 64 characters.", (string?)wrong.Errors["--label"]);
        Assert.True((await SubmitAsync(form, new JsonObject { ["--label"] = "--only=config", ["--only"] = null })).Closes);
        Assert.Contains("used already", (await SubmitAsync(form, new JsonObject { ["--label"] = "again" })).Error, StringComparison.Ordinal);

        var said = await EphemeralAsync("**Backup**");
        var job = await bot.EndOfAsync(BotFixture.JobIdIn(said.Message));
        Assert.Equal("""{"label":"--only=config","components":[],"copies":null}""", job.RequestJson);
        var post = await bot.PostSayingAsync(job.Id, "succeeded");
        Assert.Equal(["Verify", "Show"], MattermostStandIn.ButtonsOf(post.Props));

        var shown = await bot.Mattermost.ClickAsync(bot.Admin, post, "Show", CancellationToken.None);
        Assert.Contains("label `--only=config`", shown.Text, StringComparison.Ordinal);
        Assert.Contains("Europe/Berlin", shown.Text, StringComparison.Ordinal);

        var verifying = await bot.Mattermost.ClickAsync(bot.Admin, post, "Verify", CancellationToken.None);
        var verification = await bot.EndOfAsync(BotFixture.JobIdIn(verifying.Text));
        var below = await bot.PostSayingAsync(verification.Id, "succeeded");
        Assert.Equal((post.Id, JobState.Succeeded), (below.RootId, verification.State));

        var list = Assert.Single((await bot.TypeAsync("/dr restore-points")).Messages);
        Assert.DoesNotContain("Verify", MattermostStandIn.ButtonsOf(list.Props));
        Assert.Contains("Times are Europe/Berlin.", list.Text, StringComparison.Ordinal);
        var newest = MattermostStandIn.ButtonsOf(list.Props).Single(label => label.StartsWith("Show ", StringComparison.Ordinal));
        Assert.Contains("**Restore point**", (await bot.Mattermost.ClickAsync(bot.Admin, list, newest, CancellationToken.None)).Text, StringComparison.Ordinal);
        Assert.Empty(bot.Mattermost.UnexpectedCalls);
    }

    [Fact]
    public async Task A_running_backup_is_cancelled_by_its_post()
    {
        string id;
        await using (await bot.HoldBackupsAsync())
        {
            id = BotFixture.JobIdIn((await bot.TypeAsync("/dr backup")).Text);
            var post = await bot.PostSayingAsync(id, "is running");
            await Eventually.IsTrueAsync(() => Task.FromResult(MattermostStandIn.ButtonsOf(bot.PostOf(id)!.Props).Contains("Cancel")));

            var outcome = await bot.Mattermost.ClickAsync(bot.Admin, post, "Cancel", CancellationToken.None);
            Assert.Contains("told to stop", outcome.Text, StringComparison.Ordinal);
            Assert.Equal(JobState.Cancelled, (await bot.EndOfAsync(id)).State);
        }

        await Eventually.IsTrueAsync(() => Task.FromResult(bot.PostOf(id)!.Message.Contains("was cancelled", StringComparison.Ordinal) && MattermostStandIn.ButtonsOf(bot.PostOf(id)!.Props).Count == 0));
    }

    [Fact]
    public async Task A_list_has_five_and_more_at_a_click()
    {
        for (var i = 0; i < 6; i++)
        {
            await bot.TypeJobAsync("/dr backup --only config");
        }

        var list = Assert.Single((await bot.TypeAsync("/dr jobs")).Messages);
        var more = await bot.Mattermost.ClickAsync(bot.Admin, list, "More", CancellationToken.None);

        Assert.Equal(5, Lines(list.Text));
        Assert.InRange(Lines(more.Text), 6, 25);
        Assert.Equal(5, Lines((await bot.TypeAsync("/dr audit")).Text));
        Assert.InRange(Lines((await bot.Mattermost.ClickAsync(bot.Admin, list, "More", CancellationToken.None)).Text), 6, 25);
    }

    [Fact]
    public async Task A_form_that_is_closed_does_nothing_and_cannot_be_sent_afterwards()
    {
        await bot.TypeAsync("/dr backup --ask");
        var form = bot.Mattermost.Dialogs[^1];
        var jobs = (await bot.Get<JobStore>().ListAsync(100, null, CancellationToken.None)).Count;

        Assert.True((await SubmitAsync(form, null)).Closes);
        Assert.Contains("used already", (await SubmitAsync(form, new JsonObject())).Error, StringComparison.Ordinal);

        Assert.Equal(jobs, (await bot.Get<JobStore>().ListAsync(100, null, CancellationToken.None)).Count);
    }

    [Fact]
    public async Task Where_no_form_can_be_opened_no_backup_is_taken()
    {
        var jobs = (await bot.Get<JobStore>().ListAsync(100, null, CancellationToken.None)).Count;
        bot.Mattermost.FailNext("POST /api/v4/actions/dialogs/open", 400, "interactive_message.decode_trigger_id.expired");

        Assert.Contains("no backup was taken", (await bot.TypeAsync("/dr backup --ask --label careful")).Text, StringComparison.Ordinal);

        Assert.Equal(jobs, (await bot.Get<JobStore>().ListAsync(100, null, CancellationToken.None)).Count);
    }

    [Fact]
    public async Task Somebody_elses_form_cannot_be_sent()
    {
        await bot.TypeAsync("/dr backup --ask");
        var form = bot.Mattermost.Dialogs[^1];

        var stolen = await bot.Mattermost.SubmitAsync(bot.Plain, bot.Channel, form, new JsonObject(), CancellationToken.None);

        Assert.Contains("for somebody else", stolen.Error, StringComparison.Ordinal);
        Assert.True((await SubmitAsync(form, new JsonObject { ["--only"] = "config" })).Closes);
    }

    [Fact]
    public async Task A_form_is_shown_to_nobody_who_may_not_send_it()
    {
        var before = bot.Mattermost.Dialogs.Count;

        Assert.Contains("have no role", (await bot.TypeAsync("/dr backup --ask", bot.Plain)).Text, StringComparison.Ordinal);

        Assert.Equal(before, bot.Mattermost.Dialogs.Count);
    }

    private Task<DialogOutcome> SubmitAsync(StandInDialog form, JsonObject? fields) => bot.Mattermost.SubmitAsync(bot.Admin, bot.Channel, form, fields, CancellationToken.None);

    private async Task<StandInEphemeral> EphemeralAsync(string words)
    {
        StandInEphemeral? Find() => bot.Mattermost.Ephemerals.LastOrDefault(one => one.UserId == bot.Admin.Id && one.Message.Contains(words, StringComparison.Ordinal));
        await Eventually.IsTrueAsync(() => Task.FromResult(Find() is not null));
        return Find()!;
    }

    private static int Lines(string text) => text.Split('\n').Count(line => line.StartsWith("- ", StringComparison.Ordinal));
}
