namespace MmDrBot.Mattermost.Tests;

public sealed class SlashCommandRequestTests
{
    private const string Token = "tok3ntok3ntok3ntok3ntok3nt";

    [Fact]
    public void All_fields_are_read()
    {
        var request = SlashCommandRequest.Parse(
        [
            .. Required(),
            new("user_name", "frank"), new("channel_name", "town-square"), new("team_id", "t1"), new("team_domain", "acme"),
            new("text", "status  with \"quotes\" & x=1"), new("trigger_id", "trig"), new("response_url", "http://mm/hooks/commands/x"), new("root_id", "r1"),
            new("some_new_field", "ignored"),
        ]);

        Assert.Equal((Token, "/dr", "u1", "c1"), (request.Token, request.Command, request.UserId, request.ChannelId));
        Assert.Equal(("frank", "town-square", "t1", "acme"), (request.UserName, request.ChannelName, request.TeamId, request.TeamDomain));
        Assert.Equal("status  with \"quotes\" & x=1", request.Text);
        Assert.Equal(("trig", "http://mm/hooks/commands/x", "r1"), (request.TriggerId, request.ResponseUrl, request.RootId));
    }

    [Fact]
    public void Unicode_and_line_breaks_are_kept()
    {
        var request = SlashCommandRequest.Parse([.. Required(), new("text", " line é ☃ 🛟\nthird\r\n ")]);

        Assert.Equal(" line é ☃ 🛟\nthird\r\n ", request.Text);
    }

    [Fact]
    public void Repeated_mentions_pair_up_in_order()
    {
        var request = SlashCommandRequest.Parse(
        [
            .. Required(),
            new("user_mentions", "bob"), new("user_mentions", "admin"), new("user_mentions_ids", "id-bob"), new("user_mentions_ids", "id-admin"),
            new("channel_mentions", "off-topic"), new("channel_mentions_ids", "id-off"),
        ]);

        Assert.Equal([new SlashMention("bob", "id-bob"), new SlashMention("admin", "id-admin")], request.UserMentions);
        Assert.Equal([new SlashMention("off-topic", "id-off")], request.ChannelMentions);
    }

    [Fact]
    public void Mentions_that_do_not_pair_up_are_refused() => Assert.Throws<FormatException>(() =>
        SlashCommandRequest.Parse([.. Required(), new("user_mentions", "bob"), new("user_mentions", "eve"), new("user_mentions_ids", "id-bob")]));

    [Theory]
    [InlineData("token")]
    [InlineData("command")]
    [InlineData("user_id")]
    [InlineData("channel_id")]
    public void A_missing_field_is_refused(string name) =>
        Assert.Throws<FormatException>(() => SlashCommandRequest.Parse(Required().Where(field => field.Key != name)));

    [Theory]
    [InlineData("token")]
    [InlineData("user_id")]
    [InlineData("text")]
    [InlineData("response_url")]
    public void A_field_that_stands_alone_may_not_be_repeated(string name)
    {
        var failure = Assert.Throws<FormatException>(() => SlashCommandRequest.Parse([.. Required(), new(name, "one-secret"), new(name, "two-secret")]));

        Assert.DoesNotContain("secret", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_token_matches_only_itself()
    {
        var request = SlashCommandRequest.Parse(Required());

        Assert.True(request.HasToken(Token));
        Assert.False(request.HasToken(Token[..^1]));
        Assert.False(request.HasToken(Token + "x"));
        Assert.False(request.HasToken(""));
    }

    [Fact]
    public void The_text_for_logs_has_no_secret()
    {
        var request = SlashCommandRequest.Parse([.. Required(), new("response_url", "http://mm/hooks/commands/hush"), new("trigger_id", "hush"), new("text", "hush")]);

        Assert.DoesNotContain(Token, request.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("hush", request.ToString(), StringComparison.Ordinal);
    }

    private static IEnumerable<KeyValuePair<string, string>> Required() =>
        [new("token", Token), new("command", "/dr"), new("user_id", "u1"), new("channel_id", "c1")];
}
