using System.Text.Json.Nodes;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>Runs slash commands from the typed line to the shown answer.</summary>
internal sealed class CommandRunner(StandInState state, CommandReplies replies) : IDisposable
{
    private readonly CommandSender _sender = new(state.Options);

    public void Dispose() => _sender.Dispose();

    public async Task<CommandOutcome> RunAsync(StandInUser user, string channelId, string teamId, string line, string rootId, CancellationToken cancellationToken)
    {
        var (trigger, text) = CommandCall.Split(line);

        state.RequireCommands();

        if (!state.Teams.ContainsKey(teamId) || !state.Channels.TryGetValue(channelId, out var channel) || !channel.MayRead(user))
            throw StandInError.Forbidden();

        var command = state.FindCommand(teamId, trigger) ?? throw Unknown(trigger);
        var call = new CommandCall { User = user, Channel = channel, TeamId = teamId, Trigger = trigger, Text = text, RootId = rootId };
        var hook = new StandInHook(user, channel, rootId, state.Now);
        state.Hooks[hook.Id] = hook;

        var answer = await _sender.SendAsync(command, call.ToForm(state, command, hook), cancellationToken);
        var response = answer.Read() ?? throw StandInError.CommandFailed(trigger);
        response["trigger_id"] = call.TriggerId;

        return Shown(response, replies.Deliver(user, channel, rootId, trigger, response), hook);
    }

    private CommandOutcome Shown(JsonObject response, IReadOnlyList<ShownMessage> messages, StandInHook hook) => new()
    {
        Status = 200,
        Text = string.Join('\n', messages.Select(message => message.Text)),
        Messages = messages,
        Response = response,
        ResponseUrl = new Uri($"{state.SiteUrl.AbsoluteUri.TrimEnd('/')}/hooks/commands/{hook.Id}"),
    };

    private static StandInError Unknown(string trigger) => new(404, "api.command.execute_command.not_found.app_error",
        $"Command with a trigger of '{trigger}' not found. To send a message beginning with \"/\", try adding an empty space at the beginning of the message.");
}
