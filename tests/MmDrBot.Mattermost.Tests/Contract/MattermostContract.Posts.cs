using System.Net;
using System.Text.Json.Nodes;

namespace MmDrBot.Mattermost.Tests;

public abstract partial class MattermostContract
{
    [ContractFact]
    public async Task A_bots_post_is_marked_as_one()
    {
        var post = await _bot.Api.CreatePostAsync(Draft("Nightly backup ☃\nsecond line"), None);

        Assert.Equal("Nightly backup ☃\nsecond line", post.Message);
        Assert.Equal(_scene.BotId, post.UserId);
        Assert.Equal("true", (string?)post.Props!["from_bot"]);
        Assert.Equal(0, post.EditAt);
    }

    [ContractFact]
    public async Task A_post_is_changed_in_place()
    {
        var post = await _bot.Api.CreatePostAsync(Draft("10 %"), None);

        var patched = await _bot.Api.PatchPostAsync(post.Id, new() { Message = "20 %" }, None);
        var read = await _bot.Api.GetPostAsync(post.Id, None);

        Assert.Equal(post.Id, patched.Id);
        Assert.Equal("20 %", read.Message);
        Assert.True(read.EditAt > 0);
    }

    [ContractFact]
    public async Task Properties_are_kept_unless_the_patch_has_some()
    {
        var post = await _bot.Api.CreatePostAsync(Draft() with { Props = new JsonObject { ["restore_point"] = "a1" } }, None);

        var kept = await _bot.Api.PatchPostAsync(post.Id, new() { Message = "edited" }, None);
        var cleared = await _bot.Api.PatchPostAsync(post.Id, new() { Props = [] }, None);

        Assert.Equal("a1", (string?)kept.Props!["restore_point"]);
        Assert.Equal("edited", cleared.Message);
        Assert.Null(cleared.Props!["restore_point"]);
    }

    [ContractFact]
    public async Task The_same_pending_id_yields_the_first_post()
    {
        var pending = NewPost.NewPendingPostId(_scene.BotId, TimeProvider.System);

        var first = await _bot.Api.CreatePostAsync(Draft("once", pending), None);
        var second = await _bot.Api.CreatePostAsync(Draft("once", pending), None);

        Assert.Equal(first.Id, second.Id);
    }

    [ContractFact]
    public Task Nobody_posts_where_they_are_not_a_member() => FailsAsync(HttpStatusCode.Forbidden, MattermostErrorIds.Permissions,
        () => _bot.Api.CreatePostAsync(Draft() with { ChannelId = _scene.ClosedChannelId }, None));

    [ContractFact]
    public Task An_unknown_post_cannot_be_read() =>
        FailsAsync(HttpStatusCode.NotFound, MattermostErrorIds.PostMissing, () => _bot.Api.GetPostAsync(UnknownId, None));

    [ContractFact]
    public Task An_unknown_post_cannot_be_changed() =>
        FailsAsync(HttpStatusCode.Forbidden, MattermostErrorIds.Permissions, () => _bot.Api.PatchPostAsync(UnknownId, new() { Message = "x" }, None));

    [ContractFact]
    public async Task Another_accounts_post_cannot_be_changed()
    {
        var post = await _admin.Api.CreatePostAsync(Draft("mine"), None);

        await FailsAsync(HttpStatusCode.Forbidden, MattermostErrorIds.Permissions, () => _bot.Api.PatchPostAsync(post.Id, new() { Message = "yours" }, None));
    }

    [ContractFact]
    public Task A_message_beyond_the_limit_is_refused() =>
        FailsAsync(HttpStatusCode.BadRequest, null, () => _bot.Api.CreatePostAsync(Draft(new string('L', MattermostLimits.PostRunes + 1)), None));

    [ContractFact]
    public async Task A_message_at_the_limit_is_taken()
    {
        var post = await _bot.Api.CreatePostAsync(Draft(new string('L', MattermostLimits.PostRunes)), None);

        Assert.Equal(MattermostLimits.PostRunes, post.Message.Length);
    }
}
