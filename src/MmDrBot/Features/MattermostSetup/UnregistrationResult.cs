using System.Text.Json.Serialization;
using MmDrBot.Access;

namespace MmDrBot.Features.MattermostSetup;

/// <summary>What was taken out of Mattermost.</summary>
/// <param name="Teams">One for each team.</param>
/// <param name="Token">What became of the bot's access token; null when that was not asked for.</param>
internal sealed record UnregistrationResult(IReadOnlyList<UnregisteredTeam> Teams, TokenOutcome? Token)
{
    /// <summary>Whether all that was asked for is gone.</summary>
    public bool Good => Teams.All(team => team.Outcome is not UnregistrationOutcome.Failed) && Token is not TokenOutcome.Kept;
}

/// <summary>One team's slash command.</summary>
/// <param name="Team">The team's name.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Detail">What was found or done.</param>
/// <param name="Cure">What to do, where it did not end well.</param>
internal sealed record UnregisteredTeam(string Team, UnregistrationOutcome Outcome, string Detail, string? Cure = null);

/// <summary>How a team's command ended.</summary>
[JsonConverter(typeof(SnakeCaseEnum<UnregistrationOutcome>))]
internal enum UnregistrationOutcome
{
    Removed,

    /// <summary>It was not there any more.</summary>
    Gone,

    /// <summary>We registered nothing in that team.</summary>
    Unknown,
    Failed,
}

/// <summary>What became of the bot's access token.</summary>
[JsonConverter(typeof(SnakeCaseEnum<TokenOutcome>))]
internal enum TokenOutcome
{
    Revoked,

    /// <summary>Mattermost did not know it any more.</summary>
    Gone,

    /// <summary>We made none.</summary>
    None,

    /// <summary>It is needed still: a command could not be removed.</summary>
    Kept,
}
