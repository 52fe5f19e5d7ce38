using MmDrBot.TestKit.Mattermost;

namespace MmDrBot.Benchmarks;

/// <summary>The form that Mattermost sends for a slash command.</summary>
internal sealed class SlashForm(string token, string userId, string channelId, MattermostStandIn mattermost)
{
    internal KeyValuePair<string, string>[] Of(string text) =>
    [
        new("token", token), new("team_id", mattermost.TeamId), new("team_domain", "team"), new("channel_id", channelId), new("channel_name", "operations"),
        new("user_id", userId), new("user_name", "alice"), new("command", "/dr"), new("text", text), new("trigger_id", "trigger"),
        new("response_url", new Uri(mattermost.Url, "/hooks/commands/nothing").ToString()),
    ];
}
