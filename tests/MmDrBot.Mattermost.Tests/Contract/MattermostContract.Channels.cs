using System.Net;

namespace MmDrBot.Mattermost.Tests;

public abstract partial class MattermostContract
{
    [ContractFact]
    public async Task Two_accounts_have_one_direct_channel()
    {
        var first = await _bot.Api.CreateDirectChannelAsync([_scene.BotId, _scene.PersonId], None);
        var second = await _bot.Api.CreateDirectChannelAsync([_scene.PersonId, _scene.BotId], None);

        Assert.Equal(first.Id, second.Id);
        Assert.Equal("D", first.Type);
        Assert.Empty(first.TeamId);
        Assert.Equal(string.Join("__", new[] { _scene.BotId, _scene.PersonId }.Order(StringComparer.Ordinal)), first.Name);
    }

    [ContractFact]
    public async Task A_direct_channel_takes_the_bots_posts()
    {
        var channel = await _bot.Api.CreateDirectChannelAsync([_scene.BotId, _scene.PersonId], None);

        var post = await _bot.Api.CreatePostAsync(Draft("dm") with { ChannelId = channel.Id }, None);

        Assert.Equal(channel.Id, post.ChannelId);
    }

    [ContractFact]
    public async Task A_member_is_shown()
    {
        var member = await _bot.Api.GetChannelMemberAsync(_scene.ChannelId, _scene.BotId, None);

        Assert.Equal(_scene.BotId, member.UserId);
        Assert.Equal(_scene.ChannelId, member.ChannelId);
    }

    [ContractFact]
    public Task Somebody_else_is_no_member() => FailsAsync(HttpStatusCode.NotFound, MattermostErrorIds.ChannelMemberMissing,
        () => _bot.Api.GetChannelMemberAsync(_scene.ChannelId, _scene.PersonId, None));

    [ContractFact]
    public Task A_closed_channel_shows_no_members() => FailsAsync(HttpStatusCode.Forbidden, MattermostErrorIds.Permissions,
        () => _bot.Api.GetChannelMemberAsync(_scene.ClosedChannelId, _scene.BotId, None));
}
