using System.Security.Cryptography;
using System.Text;

namespace MmDrBot.Mattermost;

/// <summary>
/// What Mattermost sends when somebody types a slash command: a form, by POST. Its only proof of origin is <see cref="Token"/>.
/// </summary>
public sealed record SlashCommandRequest
{
    /// <summary>The command's secret. Compare it with <see cref="HasToken"/>.</summary>
    public required string Token { get; init; }

    /// <summary>The trigger with its slash, always lower case.</summary>
    public required string Command { get; init; }

    /// <summary>All that follows the trigger, inner blanks and line breaks kept.</summary>
    public string Text { get; init; } = "";

    /// <summary>Who typed it.</summary>
    public required string UserId { get; init; }

    /// <summary>That user's name, without the @.</summary>
    public string UserName { get; init; } = "";

    /// <summary>Where it was typed.</summary>
    public required string ChannelId { get; init; }

    /// <summary>Both user ids joined by two underscores in a direct channel.</summary>
    public string ChannelName { get; init; } = "";

    /// <summary>The client's team, in direct channels too.</summary>
    public string TeamId { get; init; } = "";

    /// <summary>The team's name in addresses.</summary>
    public string TeamDomain { get; init; } = "";

    /// <summary>The thread it was typed in; empty outside of one and before the releases that send it.</summary>
    public string RootId { get; init; } = "";

    /// <summary>Opens a dialog, for three seconds on 5.37 and up to thirty on newer releases.</summary>
    public string TriggerId { get; init; } = "";

    /// <summary>Takes later answers; a secret, for whoever has it can post. See <see cref="ResponseUrlClient"/>.</summary>
    public string ResponseUrl { get; init; } = "";

    /// <summary>Members of the team that the text names.</summary>
    public IReadOnlyList<SlashMention> UserMentions { get; init; } = [];

    /// <summary>Public channels that the text names.</summary>
    public IReadOnlyList<SlashMention> ChannelMentions { get; init; } = [];

    /// <summary>Reads the decoded fields of the form, repeated ones once for each value; unknown fields are ignored.</summary>
    /// <exception cref="FormatException">A field that must be there is missing, one that stands alone is repeated, or names and ids do not pair up.</exception>
    public static SlashCommandRequest Parse(IEnumerable<KeyValuePair<string, string>> form)
    {
        var fields = new SlashForm(form);

        return new()
        {
            Token = fields.Required("token"),
            Command = fields.Required("command"),
            Text = fields.Optional("text"),
            UserId = fields.Required("user_id"),
            UserName = fields.Optional("user_name"),
            ChannelId = fields.Required("channel_id"),
            ChannelName = fields.Optional("channel_name"),
            TeamId = fields.Optional("team_id"),
            TeamDomain = fields.Optional("team_domain"),
            RootId = fields.Optional("root_id"),
            TriggerId = fields.Optional("trigger_id"),
            ResponseUrl = fields.Optional("response_url"),
            UserMentions = fields.Mentions("user_mentions"),
            ChannelMentions = fields.Mentions("channel_mentions"),
        };
    }

    /// <summary>Compares in a time that does not depend on where the tokens differ. An empty token matches nothing.</summary>
    public bool HasToken(string expected) =>
        expected.Length > 0 && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Token), Encoding.UTF8.GetBytes(expected));

    /// <summary>SHA-256 of the token in lower-case hex: enough to know it again, since it is 26 random characters. Compare by <see cref="HasTokenHash"/>.</summary>
    public static string HashOf(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    /// <summary>As <see cref="HasToken"/>, where only the hash of the token is known.</summary>
    public bool HasTokenHash(string expected) =>
        expected.Length > 0 && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(HashOf(Token)), Encoding.ASCII.GetBytes(expected));

    /// <summary>Who and where, without the secrets and without the text.</summary>
    public override string ToString() => $"{Command} by {UserName} ({UserId}) in {ChannelId}";
}
