using System.Text.Json.Nodes;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>Runs clicks, from the button to what is shown.</summary>
internal sealed class ActionRunner(StandInState state) : IDisposable
{
    private static readonly string[] _retained = ["from_webhook", "override_username", "override_icon_url"];
    private readonly IntegrationSender _sender = new(state.Options);

    public void Dispose() => _sender.Dispose();

    /// <summary>Gives the trigger id that the client gets.</summary>
    public async Task<string> RunAsync(StandInUser user, string postId, string actionId, JsonObject body, CancellationToken cancellationToken)
    {
        var (action, channel) = Find(user, postId, actionId, (string?)body["cookie"] ?? "");
        var trigger = StandInIds.New();
        var answer = IntegrationSender.Read(await _sender.SendAsync(action.Url, Request(user, channel, postId, action, trigger, (string?)body["selected_option"]), cancellationToken));

        if (answer["update"] is JsonObject update)
            Update(postId, update);

        if ((string?)answer["ephemeral_text"] is { Length: > 0 } text)
            state.Add(new StandInEphemeral(user.Id, channel.Id, text, []));

        return trigger;
    }

    private (StandInAction Action, StandInChannel Channel) Find(StandInUser user, string postId, string actionId, string cookie)
    {
        if (cookie.Length > 0 && state.Cookies.TryGetValue(cookie, out var kept) && kept.PostId == postId && kept.Action.Id == actionId && state.Channels[kept.ChannelId].MayRead(user))
            return (kept.Action, state.Channels[kept.ChannelId]);

        if (state.FindPost(postId) is not { } post || !state.Channels[post.ChannelId].MayRead(user))
            throw StandInError.Forbidden();

        return post.Actions.TryGetValue(actionId, out var action)
            ? (action, state.Channels[post.ChannelId])
            : throw new StandInError(404, "api.post.do_action.action_id.app_error", "Invalid action id.");
    }

    private JsonObject Request(StandInUser user, StandInChannel channel, string postId, StandInAction action, string trigger, string? selected)
    {
        var context = action.Context?.DeepClone() as JsonObject;

        if (selected is not null)
            (context ??= [])["selected_option"] = selected;

        var request = new JsonObject
        {
            ["user_id"] = user.Id,
            ["user_name"] = user.Username,
            ["channel_id"] = channel.Id,
            ["channel_name"] = channel.Name,
            ["team_id"] = channel.TeamId,
            ["team_domain"] = state.Teams.GetValueOrDefault(channel.TeamId)?.Name ?? "",
            ["post_id"] = postId,
            ["trigger_id"] = StandInTriggers.Sign(state, trigger, user.Id),
            ["type"] = action.Type,
            ["data_source"] = action.DataSource,
        };

        if (context is not null)
            request["context"] = context;

        return request;
    }

    private void Update(string postId, JsonObject update)
    {
        if (state.FindPost(postId) is not { } post)
            throw new StandInError(404, "app.post.get.app_error", "Unable to get the post.");

        var props = update["props"]?.DeepClone() as JsonObject;
        var actions = props is null ? post.Actions : StandInAction.Of(props["attachments"]);

        if (props?["attachments"] is JsonArray attachments)
            props["attachments"] = StandInAttachments.Normalise(attachments, keepIntegration: false);

        foreach (var name in _retained.Where(name => props is not null && post.Props.ContainsKey(name)))
            props![name] = post.Props[name]!.DeepClone();

        state.Change(postId, old => StandInPosts.Edited(state, old, (string?)update["message"] ?? "", props ?? old.Props, actions));
    }
}
