using MmDrBot.Commands;
using MmDrBot.Tests.Host;

namespace MmDrBot.Tests.Commands;

[Collection(BotCollection.Name)]
public sealed class PrivateAnswersTests(BotFixture bot)
{
    private const string Ephemeral = "POST /api/v4/posts/ephemeral";

    [Fact]
    public async Task Without_any_private_way_a_secret_is_told_nowhere()
    {
        var secret = $"one-time link {Guid.NewGuid():n}";

        await SendAsync(secret, isSecret: true, responseUrl: null);

        Assert.DoesNotContain(bot.Mattermost.Posts, post => post.Message.Contains(secret, StringComparison.Ordinal));
        Assert.Contains(bot.Mattermost.Posts, post => post.ChannelId == bot.Mattermost.OpenDirect(bot.Bot, bot.Admin).Id && post.Message.Contains("What it gave is secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_no_secret_comes_as_a_direct_message_where_the_bot_may_not_whisper()
    {
        var text = $"done {Guid.NewGuid():n}";

        await SendAsync(text, isSecret: false, responseUrl: null);

        Assert.Contains(bot.Mattermost.Calls, call => call == Ephemeral);
        Assert.Contains(bot.Mattermost.Posts, post => post.Message == text && post.ChannelId == bot.Mattermost.OpenDirect(bot.Bot, bot.Admin).Id);
    }

    [Fact]
    public async Task The_commands_response_url_is_the_first_way_and_no_other_server_is_called()
    {
        var url = (await bot.TypeAsync("/dr help")).ResponseUrl!.AbsoluteUri;
        var (mine, foreign) = ($"mine {Guid.NewGuid():n}", $"foreign {Guid.NewGuid():n}");

        await SendAsync(mine, isSecret: true, url);
        await SendAsync(foreign, isSecret: false, "http://169.254.169.254/hooks/commands/aaaaaaaaaaaaaaaaaaaaaaaaaa");

        Assert.Contains(bot.Mattermost.Ephemerals, one => one.Message == mine && one.UserId == bot.Admin.Id);
        Assert.Contains(bot.Mattermost.Posts, post => post.Message == foreign);
    }

    private Task SendAsync(string text, bool isSecret, string? responseUrl) =>
        bot.Get<PrivateAnswers>().SendAsync(new ReplyTo(bot.Channel.Id, bot.Admin.Id, null, responseUrl, DateTimeOffset.UtcNow), new ChatAnswer(text) { IsSecret = isSecret }, CancellationToken.None);
}
