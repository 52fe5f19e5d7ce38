using System.Text.Json.Nodes;

namespace MmDrBot.TestKit.Mattermost;

/// <content>What people do with buttons and dialogs.</content>
public sealed partial class MattermostStandIn
{
    /// <summary>All dialogs that came up, oldest first.</summary>
    public IReadOnlyList<StandInDialog> Dialogs => [.. _state.Dialogs];

    /// <summary>The labels of a post's buttons, as its readers see them.</summary>
    public static IReadOnlyList<string> ButtonsOf(JsonObject props) => [.. Buttons(props).Select(action => (string)action["name"]!)];

    /// <summary>Has a user click a button of a post.</summary>
    public Task<ClickOutcome> ClickAsync(StandInUser user, StandInPost post, string label, CancellationToken cancellationToken) =>
        ClickAsync(user, post.Id, Button(_state.FindPost(post.Id)!.Props, label), cancellationToken);

    /// <summary>Has a user click a button of a message that only they see.</summary>
    public Task<ClickOutcome> ClickAsync(StandInUser user, ShownMessage message, string label, CancellationToken cancellationToken) =>
        ClickAsync(user, message.Id, Button(message.Props, label), cancellationToken);

    /// <summary>Has a user fill in a dialog, or close it if there are no fields.</summary>
    public async Task<DialogOutcome> SubmitAsync(StandInUser user, StandInChannel channel, StandInDialog dialog, JsonObject? fields, CancellationToken cancellationToken)
    {
        var request = new JsonObject
        {
            ["url"] = dialog.Url,
            ["callback_id"] = dialog.CallbackId,
            ["state"] = dialog.State,
            ["channel_id"] = channel.Id,
            ["team_id"] = TeamId,
            ["submission"] = fields?.DeepClone(),
            ["cancelled"] = fields is null,
        };

        try
        {
            return new(200, null, await _dialogs.SubmitAsync(user, request, cancellationToken));
        }
        catch (StandInError error)
        {
            return new(error.Status, error.Id, []);
        }
    }

    /// <summary>What a button of a post carries, which no client can find out.</summary>
    public JsonObject? HiddenContextOf(StandInPost post, string label) => _state.FindPost(post.Id)!.Actions[(string)Button(post.Props, label)["id"]!].Context;

    private async Task<ClickOutcome> ClickAsync(StandInUser user, string postId, JsonObject button, CancellationToken cancellationToken)
    {
        var before = Ephemerals.Count;

        try
        {
            await _actions.RunAsync(user, postId, (string)button["id"]!, new JsonObject { ["cookie"] = button["cookie"]?.DeepClone() }, cancellationToken);
            return new(200, null, string.Join('\n', Ephemerals.Skip(before).Where(one => one.UserId == user.Id).Select(one => one.Message)));
        }
        catch (StandInError error)
        {
            return new(error.Status, error.Id, error.Message);
        }
    }

    private static JsonObject Button(JsonObject props, string label) =>
        Buttons(props).FirstOrDefault(action => (string?)action["name"] == label) ?? throw new InvalidOperationException($"There is no button {label} among: {string.Join(", ", ButtonsOf(props))}");

    private static IEnumerable<JsonObject> Buttons(JsonObject props) =>
        (props["attachments"] as JsonArray ?? []).OfType<JsonObject>().SelectMany(attachment => attachment["actions"] as JsonArray ?? []).OfType<JsonObject>();
}
