using System.Text.Json.Nodes;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>Objects as version 5.37 writes them.</summary>
internal static class StandInJson
{
    /// <summary>Another account's settings and login service are for administrators; one's own are shown.</summary>
    public static JsonObject User(StandInUser user, StandInUser viewer)
    {
        var json = new JsonObject
        {
            ["id"] = user.Id,
            ["create_at"] = user.CreateAt,
            ["update_at"] = user.UpdateAt,
            ["delete_at"] = user.DeleteAt,
            ["username"] = user.Username,
            ["auth_data"] = "",
            ["auth_service"] = viewer.IsAdmin || viewer == user ? user.AuthService : "",
            ["email"] = user.Email,
            ["nickname"] = "",
            ["first_name"] = "",
            ["last_name"] = "",
            ["position"] = "",
            ["roles"] = user.Roles,
            ["locale"] = "en",
            ["timezone"] = new JsonObject { ["automaticTimezone"] = user.Timezone, ["manualTimezone"] = "", ["useAutomaticTimezone"] = "true" },
        };

        if (viewer == user)
        {
            json["notify_props"] = new JsonObject { ["channel"] = "true", ["email"] = "true", ["push"] = "mention" };
            json["last_password_update"] = user.CreateAt;
        }

        if (user.IsBot)
        {
            json["is_bot"] = true;
            json["bot_description"] = "disaster recovery";
        }

        json["disable_welcome_email"] = false;

        return json;
    }

    public static JsonObject Post(StandInPost post) => new()
    {
        ["id"] = post.Id,
        ["create_at"] = post.CreateAt,
        ["update_at"] = post.UpdateAt,
        ["edit_at"] = post.EditAt,
        ["delete_at"] = 0,
        ["is_pinned"] = false,
        ["user_id"] = post.UserId,
        ["channel_id"] = post.ChannelId,
        ["root_id"] = post.RootId,
        ["parent_id"] = "",
        ["original_id"] = "",
        ["message"] = post.Message,
        ["type"] = post.Type,
        ["props"] = post.Props.DeepClone(),
        ["hashtags"] = "",
        ["pending_post_id"] = post.PendingPostId,
        ["reply_count"] = 0,
        ["last_reply_at"] = 0,
        ["participants"] = null,
        ["metadata"] = post.Props.ContainsKey("attachments")
            ? new JsonObject { ["embeds"] = new JsonArray(new JsonObject { ["type"] = "message_attachment" }) }
            : new JsonObject(),
    };

    /// <summary>A message for one account, as its clients get it.</summary>
    public static JsonObject Ephemeral(StandInEphemeral message, long now) => Post(new StandInPost
    {
        Id = message.Id,
        UserId = message.UserId,
        ChannelId = message.ChannelId,
        Message = message.Message,
        Props = message.Props,
        Type = "system_ephemeral",
        CreateAt = now,
        UpdateAt = 0,
    });

    /// <summary>Posts as a channel shows them, newest first.</summary>
    public static JsonObject Page(IReadOnlyList<StandInPost> posts) => new()
    {
        ["order"] = new JsonArray([.. posts.Select(post => (JsonNode)post.Id)]),
        ["posts"] = new JsonObject(posts.Select(post => KeyValuePair.Create(post.Id, (JsonNode?)Post(post)))),
        ["next_post_id"] = "",
        ["prev_post_id"] = "",
    };

    public static JsonObject Channel(StandInChannel channel) => new()
    {
        ["id"] = channel.Id,
        ["create_at"] = channel.CreateAt,
        ["update_at"] = channel.CreateAt,
        ["delete_at"] = 0,
        ["team_id"] = channel.TeamId,
        ["type"] = channel.Type,
        ["display_name"] = channel.Type == "D" ? "" : channel.Name,
        ["name"] = channel.Name,
        ["header"] = "",
        ["purpose"] = "",
        ["last_post_at"] = 0,
        ["total_msg_count"] = 0,
        ["extra_update_at"] = 0,
        ["creator_id"] = channel.CreatorId,
        ["scheme_id"] = null,
        ["props"] = null,
        ["group_constrained"] = null,
        ["shared"] = false,
        ["total_msg_count_root"] = 0,
        ["policy_id"] = null,
    };

    public static JsonObject Member(StandInChannel channel, StandInUser user) => new()
    {
        ["channel_id"] = channel.Id,
        ["user_id"] = user.Id,
        ["roles"] = "channel_user",
        ["last_viewed_at"] = 0,
        ["msg_count"] = 0,
        ["mention_count"] = 0,
        ["notify_props"] = new JsonObject { ["desktop"] = "default", ["mark_unread"] = "all" },
        ["last_update_at"] = channel.CreateAt,
        ["scheme_guest"] = false,
        ["scheme_user"] = true,
        ["scheme_admin"] = false,
        ["explicit_roles"] = "",
    };

    /// <summary>Without <paramref name="full"/> the fields that only managers of commands see are blank.</summary>
    public static JsonObject Command(StandInCommand command, bool full) => new()
    {
        ["id"] = command.Id,
        ["token"] = full ? command.Token : "",
        ["create_at"] = command.CreateAt,
        ["update_at"] = Math.Max(command.CreateAt, command.UpdateAt),
        ["delete_at"] = 0,
        ["creator_id"] = full ? command.CreatorId : "",
        ["team_id"] = command.TeamId,
        ["trigger"] = command.Trigger,
        ["method"] = full ? command.Method : "",
        ["username"] = command.Username,
        ["icon_url"] = command.IconUrl,
        ["auto_complete"] = command.AutoComplete,
        ["auto_complete_desc"] = command.AutoCompleteDesc,
        ["auto_complete_hint"] = command.AutoCompleteHint,
        ["display_name"] = command.DisplayName,
        ["description"] = command.Description,
        ["url"] = full ? command.Url.AbsoluteUri : "",
        ["plugin_id"] = "",
    };
}
