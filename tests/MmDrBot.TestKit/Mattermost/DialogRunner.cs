using System.Text.Json.Nodes;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>Opens dialogs, and sends what is put into them. The server looks at neither titles nor fields.</summary>
internal sealed class DialogRunner(StandInState state) : IDisposable
{
    private readonly IntegrationSender _sender = new(state.Options);

    public void Dispose() => _sender.Dispose();

    public void Open(JsonObject request)
    {
        if ((string?)request["url"] is not { Length: > 0 } url)
            throw StandInError.BadBody("url");

        var (userId, triggerId) = StandInTriggers.Open(state, (string?)request["trigger_id"] ?? "");
        state.Open(new StandInDialog(userId, url, request["dialog"]?.DeepClone() as JsonObject ?? []), triggerId);
    }

    /// <summary>The integration's answer; the user is whose session it is, whatever the client says.</summary>
    public async Task<JsonObject> SubmitAsync(StandInUser user, JsonObject request, CancellationToken cancellationToken)
    {
        if ((string?)request["url"] is not { Length: > 0 } url)
            throw StandInError.BadBody("url");

        if (!state.Channels.TryGetValue((string?)request["channel_id"] ?? "", out var channel) || !channel.MayRead(user))
            throw StandInError.Forbidden();

        var submission = new JsonObject
        {
            ["type"] = "dialog_submission",
            ["callback_id"] = (string?)request["callback_id"] ?? "",
            ["state"] = (string?)request["state"] ?? "",
            ["user_id"] = user.Id,
            ["channel_id"] = channel.Id,
            ["team_id"] = (string?)request["team_id"] ?? "",
            ["submission"] = request["submission"]?.DeepClone(),
            ["cancelled"] = (bool?)request["cancelled"] ?? false,
        };
        var answer = await _sender.SendAsync(url, submission, cancellationToken);

        return answer.Length == 0 ? [] : IntegrationSender.Read(answer);
    }
}
