using System.Text.Json.Nodes;
using MmDrBot.Mattermost;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>Writes and edits posts.</summary>
internal sealed class StandInPosts(StandInState state)
{
    public StandInPost Create(StandInUser author, JsonObject request)
    {
        var channelId = (string?)request["channel_id"] ?? "";

        if (!state.Channels.TryGetValue(channelId, out var channel) || !channel.MayPost(author))
            throw StandInError.Forbidden();

        var message = Checked((string?)request["message"] ?? "");
        var (props, actions) = Props(request["props"]);

        if (author.IsBot)
            props["from_bot"] = "true";

        lock (state.Gate)
            return Repeated(request) ?? Store(author, channel, message, props, actions, request);
    }

    /// <summary>Shows a message to one user; it is answered as a post, and kept nowhere.</summary>
    public JsonObject Whisper(StandInUser author, JsonObject request)
    {
        var draft = request["post"] as JsonObject ?? throw StandInError.BadBody("post");
        var now = state.Now;
        var post = new StandInPost
        {
            Id = StandInIds.New(),
            UserId = author.Id,
            ChannelId = (string?)draft["channel_id"] ?? "",
            RootId = (string?)draft["root_id"] ?? "",
            Message = (string?)draft["message"] ?? "",
            Props = [],
            Type = "system_ephemeral",
            CreateAt = now,
            UpdateAt = 0,
        };
        state.Add(new StandInEphemeral((string?)request["user_id"] ?? "", post.ChannelId, post.Message, []) { Id = post.Id });

        return StandInJson.Post(post);
    }

    public StandInPost Patch(StandInUser editor, string id, JsonObject patch)
    {
        var post = state.FindPost(id);

        if (post is null || (post.UserId != editor.Id && !editor.IsAdmin))
            throw StandInError.Forbidden();

        var message = patch["message"] is { } text ? Checked((string)text!) : null;
        var (props, actions) = patch["props"] is { } changed ? Props(changed) : (null, null);

        return state.Change(id, old => Edited(state, old, message ?? old.Message, props ?? old.Props, actions ?? old.Actions));
    }

    public StandInPost Get(StandInUser viewer, string id)
    {
        var post = state.FindPost(id) ?? throw new StandInError(404, "app.post.get.app_error", "Unable to get the post.");
        var channel = state.Channels[post.ChannelId];

        return channel.Type == "O" || channel.MayRead(viewer) ? post : throw StandInError.Forbidden();
    }

    private StandInPost? Repeated(JsonObject request)
    {
        var pending = (string?)request["pending_post_id"] ?? "";

        return pending.Length > 0
            && state.PendingPosts.TryGetValue(pending, out var seen)
            && state.Now - seen.SeenAt < MattermostLimits.PendingPostLifetime.TotalMilliseconds
            ? state.FindPost(seen.PostId)! with { PendingPostId = "" }
            : null;
    }

    private StandInPost Store(StandInUser author, StandInChannel channel, string message, JsonObject props, IReadOnlyDictionary<string, StandInAction> actions, JsonObject request)
    {
        var now = state.Now;
        var post = new StandInPost
        {
            Id = StandInIds.New(),
            UserId = author.Id,
            ChannelId = channel.Id,
            RootId = (string?)request["root_id"] ?? "",
            Message = message,
            Props = props,
            Actions = actions,
            CreateAt = now,
            UpdateAt = now,
            PendingPostId = (string?)request["pending_post_id"] ?? "",
        };
        state.Add(post);

        if (post.PendingPostId.Length > 0)
            state.PendingPosts[post.PendingPostId] = (post.Id, now);

        return post;
    }

    public static StandInPost Edited(StandInState state, StandInPost old, string message, JsonObject props, IReadOnlyDictionary<string, StandInAction> actions)
    {
        var now = state.Now;

        return message == old.Message
            ? old with { Props = props, Actions = actions, UpdateAt = now, PendingPostId = "" }
            : old with
            {
                Message = message,
                Props = props,
                Actions = actions,
                UpdateAt = now,
                EditAt = now,
                PendingPostId = "",
                EarlierMessages = [.. old.EarlierMessages, old.Message],
            };
    }

    private static string Checked(string message) => message.EnumerateRunes().Count() <= MattermostLimits.PostRunes
        ? message
        : throw new StandInError(400, "model.post.is_valid.msg.app_error", "Invalid message.");

    private static (JsonObject Props, IReadOnlyDictionary<string, StandInAction> Actions) Props(JsonNode? node)
    {
        var props = node?.DeepClone() as JsonObject ?? [];
        var actions = StandInAction.Of(props["attachments"]);

        if (props["attachments"] is JsonArray attachments)
            props["attachments"] = StandInAttachments.Normalise(attachments, keepIntegration: false);

        return (props, actions);
    }
}
