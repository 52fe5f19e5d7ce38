using System.Security.Cryptography;
using System.Text.Json.Nodes;
using MmDrBot.Mattermost;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>Shows an integration's answer: to one user, or as a post in that user's name.</summary>
internal sealed class CommandReplies(StandInState state)
{
    /// <summary>Delivers the answer and the extra ones after it; <paramref name="trigger"/> is empty for a response URL.</summary>
    public IReadOnlyList<ShownMessage> Deliver(StandInUser user, StandInChannel channel, string rootId, string trigger, JsonObject answer)
    {
        IEnumerable<JsonObject> answers = [answer, .. (answer["extra_responses"] as JsonArray ?? []).OfType<JsonObject>()];

        return [.. answers.Select(one => One(user, channel, rootId, trigger, one)).OfType<ShownMessage>()];
    }

    private ShownMessage? One(StandInUser user, StandInChannel channel, string rootId, string trigger, JsonObject answer)
    {
        var text = (string)answer["text"]!;

        if (text.Length == 0 && answer["attachments"] is not JsonArray { Count: > 0 })
            return null;

        channel = Target(user, channel, (string)answer["channel_id"]!);
        var actions = StandInAction.Of(answer["attachments"]);
        var props = Props(answer);

        if ((string)answer["response_type"]! != "in_channel")
            return Whisper(user, channel, answer, props, actions);

        if (text.EnumerateRunes().Count() > MattermostLimits.PostRunes)
            throw StandInError.CommandNotPosted(trigger);

        var post = Post(user, channel, rootId, answer, props) with { Actions = actions };
        state.Add(post);

        return new(text, IsEphemeral: false, channel.Id, props) { Id = post.Id };
    }

    /// <summary>Shows it to the user alone. Buttons get cookies, in the client's answer too, which no longer says where they lead.</summary>
    private ShownMessage Whisper(StandInUser user, StandInChannel channel, JsonObject answer, JsonObject props, IReadOnlyDictionary<string, StandInAction> actions)
    {
        var id = StandInIds.New();

        foreach (var (actionId, action) in actions)
        {
            var cookie = Convert.ToBase64String(RandomNumberGenerator.GetBytes(300));
            state.Cookies[cookie] = new(id, channel.Id, action);
            StandInAttachments.SetCookie(props["attachments"], actionId, cookie);
            StandInAttachments.SetCookie(answer["attachments"], actionId, cookie);
        }

        var text = (string)answer["text"]!;
        state.Add(new StandInEphemeral(user.Id, channel.Id, text, props) { Id = id });

        return new(text, IsEphemeral: true, channel.Id, props) { Id = id };
    }

    private StandInChannel Target(StandInUser user, StandInChannel channel, string id)
    {
        if (id.Length == 0)
            return channel;

        return state.Channels.TryGetValue(id, out var other) && other.Has(user)
            ? other
            : throw new StandInError(404, MattermostErrorIds.ChannelMemberMissing, "No channel member found for that user ID and channel ID.");
    }

    private StandInPost Post(StandInUser user, StandInChannel channel, string rootId, JsonObject answer, JsonObject props)
    {
        var now = state.Now;
        var type = (string)answer["type"]!;

        return new()
        {
            Id = StandInIds.New(),
            UserId = user.Id,
            ChannelId = channel.Id,
            RootId = rootId,
            Message = (string)answer["text"]!,
            Props = props,
            Type = type.Length == 0 && props.ContainsKey("attachments") ? "slack_attachment" : type,
            CreateAt = now,
            UpdateAt = now,
        };
    }

    private static JsonObject Props(JsonObject answer)
    {
        var props = answer["props"]?.DeepClone() as JsonObject ?? [];

        if (answer["attachments"] is JsonArray attachments)
            props["attachments"] = StandInAttachments.Normalise(attachments, keepIntegration: false);

        props["from_webhook"] = "true";
        props["override_icon_url"] = (string)answer["icon_url"]!;

        if ((string)answer["username"]! is { Length: > 0 } username)
            props["override_username"] = username;

        return props;
    }
}
