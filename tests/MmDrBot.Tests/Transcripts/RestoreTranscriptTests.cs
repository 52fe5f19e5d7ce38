using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MmDrBot.Data;
using MmDrBot.Jobs;
using MmDrBot.TestKit.Files;
using MmDrBot.TestKit.Mattermost;
using MmDrBot.TestKit.Postgres;
using MmDrBot.Tests.Data;
using MmDrBot.Tests.Host;
using Npgsql;

namespace MmDrBot.Tests.Transcripts;

/// <summary>Restores as people in Mattermost live through them.</summary>
public sealed partial class RestoreTranscriptTests(RestoreChatFixture bot) : IClassFixture<RestoreChatFixture>
{
    [Fact]
    public async Task A_restore_from_the_form_over_its_plan_to_its_end()
    {
        await bot.TypeJobAsync("/dr backup");
        Assert.Equal("", (await bot.TypeAsync("/dr restore")).Text);
        var form = bot.Mattermost.Dialogs[^1];
        Assert.Equal(("Restore", bot.Admin.Id), (form.Title, form.UserId));

        var wrong = await SubmitAsync(form, new JsonObject { ["ID"] = "../etc", ["--to"] = "spare" });
        Assert.Contains("which restore point", (string?)wrong.Errors["ID"], StringComparison.Ordinal);
        var plan = await NextPlanAsync(async () => Assert.True((await SubmitAsync(form, new JsonObject { ["ID"] = "latest", ["--to"] = "spare" })).Closes));

        Assert.Contains("nothing was changed yet", plan.Message, StringComparison.Ordinal);
        Assert.Contains("**database** to `postgres://", plan.Message, StringComparison.Ordinal);
        Assert.Contains($"**files** to `{bot.Place("spare/files")}`", plan.Message, StringComparison.Ordinal);
        Assert.Contains("found there: empty; drops nothing", plan.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(PasswordOf(bot.SpareDatabase), plan.Message, StringComparison.Ordinal);
        Assert.Equal(["Restore"], MattermostStandIn.ButtonsOf(plan.Props));
        Assert.Contains("which you do not have", (await ClickAsync(bot.Plain, plan)).Text, StringComparison.Ordinal);
        Assert.Contains("which you do not have", (await ClickAsync(bot.Olga, plan)).Text, StringComparison.Ordinal);
        Assert.Equal(0, await TablesAsync(bot.SpareDatabase));

        var context = bot.Mattermost.HiddenContextOf(plan, "Restore")!;
        var started = await ClickAsync(bot.Admin, plan);
        var job = await bot.EndOfAsync(BotFixture.JobIdIn(started.Text));
        Assert.Equal(JobState.Succeeded, job.State);
        var end = await bot.PostSayingAsync(job.Id, "succeeded");
        Assert.Equal(plan.Id, end.RootId);
        Assert.Contains("Next: the target spare is filled", end.Message, StringComparison.Ordinal);
        Assert.Equal(await PgDump.DumpAsync(bot.Sample.DatabaseUri), await PgDump.DumpAsync(bot.SpareDatabase.Split('?')[0]));
        Assert.Empty(TreeSnapshot.Of(bot.Sample.DataDirectory).DifferencesTo(TreeSnapshot.Of(bot.Place("spare/files"))));
        Assert.Empty(TreeSnapshot.Of(bot.Sample.ConfigDirectory).DifferencesTo(TreeSnapshot.Of(bot.Place("spare/config"))));

        await Eventually.IsTrueAsync(() => Task.FromResult(PostWith(plan.Id) is { } post && post.Message.EndsWith("**Confirmed** by alice.", StringComparison.Ordinal) && MattermostStandIn.ButtonsOf(post.Props).Count == 0));
        Assert.Contains("used already", await SendAgainAsync(plan, context), StringComparison.Ordinal);
        Assert.Contains("confirmed already", (await bot.TypeAsync($"/dr restore --confirm {PlanJobIn(plan)}")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain(PasswordOf(bot.SpareDatabase), job.RequestJson + job.ResultJson, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/dr restore latest --database postgres://mmuser:typed-by-mistake@db/mattermost")]
    [InlineData("/dr restore latest --database @/etc/passwd")]
    [InlineData("/dr restore latest --files /srv/typed-by-mistake")]
    [InlineData("/dr restore latest --to spare --config postgres://mmuser:typed-by-mistake@db/mattermost")]
    public async Task Addresses_and_paths_are_not_taken_in_chat_and_are_repeated_nowhere(string line)
    {
        var answer = (await bot.TypeAsync(line)).Text;

        Assert.Contains("there are: server, other, spare", answer, StringComparison.Ordinal);
        Assert.Contains("change it", answer, StringComparison.Ordinal);
        var kept = string.Join('\n', (await bot.AuditAsync()).Select(record => record.Entry.ToString())) + string.Join('\n', bot.Logs.Lines) + answer;
        Assert.DoesNotContain("typed-by-mistake", kept, StringComparison.Ordinal);
        Assert.DoesNotContain("root:", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/dr restore latest --to other --only files", "receives no files")]
    [InlineData("/dr restore ffffffffff --to spare", "There is no restore point")]
    public async Task What_can_not_be_is_told_by_the_plans_post(string line, string cause)
    {
        await bot.AnyRestorePointAsync();
        var job = await bot.TypeJobAsync(line);

        Assert.Equal(JobState.Failed, job.State);
        var post = await bot.PostSayingAsync(job.Id, cause);
        Assert.Contains("Next: ", post.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repository_that_was_typed_is_looked_at_after_the_form_too()
    {
        await bot.TypeAsync("/dr restore latest --repository elsewhere");
        var form = bot.Mattermost.Dialogs[^1];
        Assert.Contains("`--repository=elsewhere`", (string?)form.Dialog["introduction_text"], StringComparison.Ordinal);

        await SubmitAsync(form, new JsonObject { ["ID"] = "latest", ["--to"] = "spare" });

        var job = await bot.EndOfAsync((await bot.Get<JobStore>().ListAsync(1, null, CancellationToken.None))[0].Id);
        Assert.Equal((JobState.Failed, true), (job.State, job.Error!.Message.Contains("elsewhere", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Who_may_not_restore_is_shown_neither_form_nor_plan()
    {
        var before = bot.Mattermost.Dialogs.Count;

        Assert.Contains("permission \"restore\"", (await bot.TypeAsync("/dr restore", bot.Olga)).Text, StringComparison.Ordinal);
        Assert.Contains("permission \"restore\"", (await bot.TypeAsync("/dr restore latest --to spare", bot.Olga)).Text, StringComparison.Ordinal);
        Assert.Contains("permission \"restore\"", (await bot.TypeAsync("/dr restore --confirm 00", bot.Olga)).Text, StringComparison.Ordinal);

        Assert.Equal(before, bot.Mattermost.Dialogs.Count);
    }

    [Fact]
    public async Task A_plan_that_is_not_true_any_more_is_not_carried_out()
    {
        await bot.AnyRestorePointAsync();
        var plan = await PlanAsync("/dr restore latest --to other");
        await SqlAsync(bot.OtherDatabase, "create table precious (x int)");

        var refused = await ClickAsync(bot.Admin, plan);

        Assert.Contains("Since the plan was shown something has changed", refused.Text, StringComparison.Ordinal);
        Assert.Contains("is not empty", refused.Text, StringComparison.Ordinal);
        Assert.Equal(1, await TablesAsync(bot.OtherDatabase));

        var over = await PlanAsync("/dr restore latest --to other");
        Assert.Contains("It would be refused", over.Message, StringComparison.Ordinal);
        Assert.Equal(["Plan with overwriting"], MattermostStandIn.ButtonsOf(over.Props));
        var dropping = await NextPlanAsync(() => bot.Mattermost.ClickAsync(bot.Admin, over, "Plan with overwriting", CancellationToken.None));
        Assert.Contains("**drops every schema", dropping.Message, StringComparison.Ordinal);
        await SqlAsync(bot.OtherDatabase, "create table more (x int)");
        Assert.Contains("something has changed", (await ClickAsync(bot.Admin, dropping)).Text, StringComparison.Ordinal);
        await SqlAsync(bot.OtherDatabase, "drop table precious; drop table more");
    }

    [Fact]
    public async Task A_plan_is_good_for_an_hour()
    {
        await bot.AnyRestorePointAsync();
        var plan = await PlanAsync("/dr restore latest --to other");
        await bot.Get<StateDatabase>().InTransactionAsync((transaction, token) => transaction.ExecuteAsync("update jobs set finished_at = finished_at - 3700000 where id = @id", new { id = PlanJobIn(plan) }, token), CancellationToken.None);

        var refused = await ClickAsync(bot.Admin, plan);

        Assert.Contains("more than an hour ago", refused.Text, StringComparison.Ordinal);
        Assert.Contains("--to other`", refused.Text, StringComparison.Ordinal);
        Assert.Contains("shows no plan", (await bot.TypeAsync($"/dr restore --confirm {(await bot.TypeJobAsync("/dr verify latest")).Id}")).Text, StringComparison.Ordinal);
        Assert.Equal(0, await TablesAsync(bot.OtherDatabase));
    }

    [Fact]
    public async Task The_Mattermost_that_the_chat_runs_on_is_restored_by_two_and_the_end_outlives_its_posts()
    {
        await bot.TypeJobAsync("/dr backup");
        await bot.Database.ExecuteAsync("create table younger_than_the_restore_point (x int)");
        var plan = await PlanAsync("/dr restore latest --to server --only database --overwrite");
        Assert.Contains("It is stopped before anything is written", plan.Message, StringComparison.Ordinal);
        Assert.Contains("`mmdr jobs`", plan.Message, StringComparison.Ordinal);
        Assert.Contains("A second person has to approve it", plan.Message, StringComparison.Ordinal);

        var asked = (await ClickAsync(bot.Admin, plan)).Text;
        var request = ApprovalId().Match(asked).Value;
        Assert.Contains("That is the Mattermost that is protected", asked, StringComparison.Ordinal);
        Assert.Contains("another person", (await bot.TypeAsync($"/dr approve {request}")).Text, StringComparison.Ordinal);
        Assert.Contains("Approved", (await bot.TypeAsync($"/dr approve {request}", bot.Carol)).Text, StringComparison.Ordinal);

        var id = BotFixture.JobIdIn((await ClickAsync(bot.Admin, PostWith(plan.Id)!)).Text);
        await Eventually.IsTrueAsync(() => Task.FromResult(File.Exists(bot.Commands)));
        await bot.PostSayingAsync(id, "is running");
        bot.Mattermost.ForgetPosts();
        bot.Mattermost.FailNext("PUT /api/v4/posts/{id}/patch", 503);
        bot.Mattermost.FailNext("PUT /api/v4/posts/{id}/patch", 503);
        await File.WriteAllTextAsync(bot.Stopped, "");

        Assert.Equal(JobState.Succeeded, (await bot.EndOfAsync(id)).State);
        var end = await bot.PostSayingAsync(id, "succeeded");
        Assert.Equal((bot.Channel.Id, ""), (end.ChannelId, end.RootId));
        Assert.Contains("Next: sign in", end.Message, StringComparison.Ordinal);
        Assert.Equal(["stop", "start"], await File.ReadAllLinesAsync(bot.Commands));
        Assert.Empty(await bot.Database.QueryAsync("select 1 from pg_class where relname = 'younger_than_the_restore_point'"));
    }

    private Task<ClickOutcome> ClickAsync(StandInUser user, StandInPost post) => bot.Mattermost.ClickAsync(user, post, "Restore", CancellationToken.None);

    private Task<DialogOutcome> SubmitAsync(StandInDialog form, JsonObject fields) => bot.Mattermost.SubmitAsync(bot.Admin, bot.Channel, form, fields, CancellationToken.None);

    private StandInPost? PostWith(string id) => bot.Mattermost.Posts.SingleOrDefault(post => post.Id == id);

    private async Task<StandInPost> PlanAsync(string line) => await PlanOfAsync((await bot.TypeJobAsync(line)).Id);

    private async Task<StandInPost> NextPlanAsync(Func<Task> act)
    {
        var last = (await NewestAsync())?.Id;
        await act();
        await Eventually.IsTrueAsync(async () => await NewestAsync() is { Kind: "restore-plan", IsOver: true } job && job.Id != last);
        return await PlanOfAsync((await NewestAsync())!.Id);
    }

    private async Task<Job?> NewestAsync() => (await bot.Get<JobStore>().ListAsync(1, null, CancellationToken.None)).FirstOrDefault();

    private async Task<StandInPost> PlanOfAsync(string jobId)
    {
        await bot.PostSayingAsync(jobId, "**Plan of a restore** succeeded");
        await Eventually.IsTrueAsync(() => Task.FromResult(MattermostStandIn.ButtonsOf(bot.PostOf(jobId)!.Props).Any(label => label != "Cancel")));
        return bot.PostOf(jobId)!;
    }

    private static string PlanJobIn(StandInPost plan) => BotFixture.JobIdIn(plan.Message);

    private async Task<string> SendAgainAsync(StandInPost post, JsonObject context)
    {
        using var client = bot.Client();
        using var body = new StringContent(new JsonObject { ["user_id"] = bot.Admin.Id, ["post_id"] = post.Id, ["channel_id"] = bot.Channel.Id, ["context"] = context.DeepClone() }.ToJsonString(), System.Text.Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(new Uri("/mattermost/actions", UriKind.Relative), body);
        return (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["ephemeral_text"] ?? "";
    }

    private static string PasswordOf(string database) => Uri.UnescapeDataString(new Uri(database).UserInfo.Split(':')[1]);

    private static async Task<long> TablesAsync(string database)
    {
        await using var source = NpgsqlDataSource.Create(TestKit.Postgres.PostgresUri.ToConnectionString(database));
        await using var command = source.CreateCommand("select count(*) from pg_tables where schemaname = 'public'");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private static async Task SqlAsync(string database, string sql)
    {
        await using var source = NpgsqlDataSource.Create(TestKit.Postgres.PostgresUri.ToConnectionString(database));
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    [GeneratedRegex("ap-[0-9a-z]{10}")]
    private static partial Regex ApprovalId();
}
