using System.Text.RegularExpressions;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>One use of a slash command, and the form that Mattermost makes of it.</summary>
internal sealed partial record CommandCall
{
    public required StandInUser User { get; init; }

    public required StandInChannel Channel { get; init; }

    public required string TeamId { get; init; }

    public required string Trigger { get; init; }

    public required string Text { get; init; }

    public string RootId { get; init; } = "";

    /// <summary>The part of the trigger id that the client gets.</summary>
    public string TriggerId { get; } = StandInIds.New();

    /// <summary>Cuts a typed command at its first white space; what follows is not trimmed.</summary>
    public static (string Trigger, string Text) Split(string command)
    {
        if (command.Length < 2 || command[0] != '/')
            throw new StandInError(400, "api.command.execute_command.start.app_error", "No command trigger found.");

        var end = command.AsSpan().IndexOfAny(" \t\r\n\v\f\u0085\u00a0");
        var (trigger, text) = end < 0 ? (command, "") : (command[..end], command[(end + 1)..]);

        return (trigger[1..].ToLowerInvariant(), text);
    }

    public string ToForm(StandInState state, StandInCommand command, StandInHook hook)
    {
        List<KeyValuePair<string, string>> fields =
        [
            new("token", command.Token),
            new("team_id", TeamId),
            new("team_domain", state.Teams.GetValueOrDefault(TeamId, state.Team).Name),
            new("channel_id", Channel.Id),
            new("channel_name", Channel.Name),
            new("user_id", User.Id),
            new("user_name", User.Username),
            new("command", "/" + Trigger),
            new("text", Text),
            new("trigger_id", StandInTriggers.Sign(state, TriggerId, User.Id)),
            new("response_url", $"{state.SiteUrl.AbsoluteUri.TrimEnd('/')}/hooks/commands/{hook.Id}"),
        ];
        AddMentions(fields, "user_mentions", UserMention(), name => state.FindUser(user => user.Username == name)?.Id);
        AddMentions(fields, "channel_mentions", ChannelMention(), name => state.Channels.Values.FirstOrDefault(channel => channel.Type == "O" && channel.Name == name)?.Id);

        return GoForm.Encode(fields);
    }

    private void AddMentions(List<KeyValuePair<string, string>> fields, string name, Regex mention, Func<string, string?> find)
    {
        foreach (var found in mention.Matches(Text).Select(match => match.Groups[1].Value).Distinct())
        {
            if (find(found) is not { } id)
                continue;

            fields.Add(new(name, found));
            fields.Add(new(name + "_ids", id));
        }
    }

    [GeneratedRegex(@"(?<=^|\s)@([a-z0-9][a-z0-9._-]*)")]
    private static partial Regex UserMention();

    [GeneratedRegex(@"(?<=^|\s)~([a-z0-9][a-z0-9_-]*)")]
    private static partial Regex ChannelMention();
}
