using Microsoft.Extensions.DependencyInjection;
using MmDrBot.Access;
using MmDrBot.Audit;
using MmDrBot.TestKit.Mattermost;
using MmDrBot.Tests.Data;

namespace MmDrBot.Tests.Doors;

public sealed class ChatTests(BotFixture bot) : IClassFixture<BotFixture>
{
    [Fact]
    public async Task A_backup_typed_in_a_channel_is_told_in_one_post_that_ends_with_the_restore_point()
    {
        var before = bot.Mattermost.Posts.Count;

        var answer = await bot.TypeAsync("/dr backup --label “before the upgrade”");

        Assert.Contains("waiting for a worker", answer.Text, StringComparison.Ordinal);
        await Eventually.IsTrueAsync(() => Task.FromResult(bot.Mattermost.Posts.Skip(before).Any(post => post.Message.Contains("succeeded", StringComparison.Ordinal))));
        var post = Assert.Single(bot.Mattermost.Posts.Skip(before));
        Assert.Equal(bot.Channel.Id, post.ChannelId);
        Assert.Equal(bot.Bot.Id, post.UserId);
        Assert.NotEmpty(post.EarlierMessages);
        Assert.Contains("Restore point `", post.Message, StringComparison.Ordinal);
        Assert.Contains("Asked by ada", post.Message, StringComparison.Ordinal);

        var list = await bot.TypeAsync("/dr restore-points");
        Assert.Contains("before the upgrade", list.Text, StringComparison.Ordinal);
        Assert.Contains("database config files", list.Text, StringComparison.Ordinal);
        Assert.Contains("**Restore point**", (await bot.TypeAsync("/dr restore-point latest")).Text, StringComparison.Ordinal);
        Assert.Contains("backup", (await bot.TypeAsync("/dr jobs")).Text, StringComparison.Ordinal);
        await VerifyInChatAsync();
        Assert.Empty(bot.Mattermost.UnexpectedCalls);
    }

    [Fact]
    public async Task Help_lists_the_verbs_and_explains_one()
    {
        Assert.Contains("/dr backup", (await bot.TypeAsync("/dr")).Text, StringComparison.Ordinal);
        Assert.Contains("--level", (await bot.TypeAsync("/dr help verify")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("prune", (await bot.TypeAsync("/dr help")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/dr bakcup", "Did you mean `backup`")]
    [InlineData("/dr verify", "Required argument missing")]
    [InlineData("/dr verify @/etc/passwd", "waiting for a worker")]
    [InlineData("/dr verify x —level deep", "structure or data")]
    [InlineData("/dr job nosuchjob", "There is no job")]
    [InlineData("/dr restore-point ffffffff", "There is no restore point")]
    [InlineData("/dr restore latest --files /tmp", "There is no restore")]
    [InlineData("/dr backup --only everything", "is no component")]
    public async Task What_can_not_be_done_is_answered_with_a_reason(string typed, string expected)
    {
        var answer = await bot.TypeAsync(typed);

        Assert.Equal(200, answer.Status);
        Assert.Contains(expected, answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("root:", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_no_administrator_is_refused_and_that_is_audited()
    {
        var answer = await bot.TypeAsync("/dr backup", bot.Plain);

        Assert.Contains("system administrators", answer.Text, StringComparison.Ordinal);
        var entries = await bot.Services.GetRequiredService<AuditLog>().ListAsync(null, 50, CancellationToken.None);
        Assert.Contains(entries, entry => entry.Entry.Actor == "mattermost:bob" && entry.Entry.Outcome == AuditOutcome.Refused && entry.Entry.Door == Door.Chat);
    }

    [Fact]
    public async Task A_wrong_token_does_nothing_and_still_answers_200()
    {
        using var http = new HttpClient();
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["token"] = "wrong", ["command"] = "/dr", ["text"] = "backup", ["user_id"] = bot.Admin.Id, ["channel_id"] = bot.Channel.Id });

        using var answer = await http.PostAsync(new Uri(bot.Address + "/mattermost/commands"), form);

        Assert.Equal(System.Net.HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("not known to MmDrBot", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/json", "{}")]
    [InlineData("application/x-www-form-urlencoded", "token=a&token=b&command=/dr&user_id=u&channel_id=c")]
    [InlineData("multipart/form-data; boundary=x", "--x\r\nbroken")]
    [InlineData("application/x-www-form-urlencoded", "")]
    public async Task What_is_no_command_is_answered_200_with_JSON(string contentType, string body)
    {
        using var http = new HttpClient();
        using var content = new StringContent(body);
        content.Headers.Remove("Content-Type");
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);

        using var answer = await http.PostAsync(new Uri(bot.Address + "/mattermost/commands"), content);

        Assert.Equal(System.Net.HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains("could not read", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_the_bot_may_not_post_it_writes_to_the_person()
    {
        var closed = bot.Mattermost.AddChannel("closed", isPrivate: true, readOnly: false, bot.Admin);
        var before = bot.Mattermost.Posts.Count;

        await bot.TypeAsync("/dr verify latest", channel: closed);

        await Eventually.IsTrueAsync(() => Task.FromResult(bot.Mattermost.Posts.Skip(before).Any(post => post.Message.Contains("Verification", StringComparison.Ordinal) && post.EarlierMessages.Count > 0)));
        var post = Assert.Single(bot.Mattermost.Posts.Skip(before), post => post.Message.Contains("Verification", StringComparison.Ordinal));
        Assert.NotEqual(closed.Id, post.ChannelId);
        Assert.NotEqual(bot.Channel.Id, post.ChannelId);
    }

    [Fact]
    public async Task An_edit_that_fails_at_the_end_is_tried_again()
    {
        var before = bot.Mattermost.Posts.Count;
        bot.Mattermost.FailNext("PUT /api/v4/posts/{id}/patch", 503);
        bot.Mattermost.LoseNextAnswer("PUT /api/v4/posts/{id}/patch");

        await bot.TypeAsync("/dr verify nosuchpoint");

        await Eventually.IsTrueAsync(() => Task.FromResult(bot.Mattermost.Posts.Skip(before).Any(post => post.Message.Contains("Cause: There is no restore point nosuchpoint", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task No_secret_is_in_any_post_answer_or_log_line()
    {
        await bot.TypeAsync("/dr status");

        var told = bot.Mattermost.Posts.SelectMany(post => post.EarlierMessages.Append(post.Message)).Concat(bot.Mattermost.Ephemerals.Select(message => message.Message)).Concat(bot.Logs.Lines).ToArray();
        Assert.NotEmpty(bot.Logs.Lines);
        foreach (var secret in new[] { BotFixture.Passphrase, BotFixture.CommandToken, bot.Bot.Token, new Uri(bot.Sample.DatabaseUri).UserInfo.Split(':')[1] })
        {
            Assert.DoesNotContain(told, text => text.Contains(secret!, StringComparison.Ordinal));
        }
    }

    private async Task VerifyInChatAsync()
    {
        var before = bot.Mattermost.Posts.Count;
        await bot.TypeAsync("/dr verify latest --level data");
        await Eventually.IsTrueAsync(() => Task.FromResult(bot.Mattermost.Posts.Skip(before).Any(post => post.Message.Contains("every byte that it needs was read", StringComparison.Ordinal))));
    }
}
