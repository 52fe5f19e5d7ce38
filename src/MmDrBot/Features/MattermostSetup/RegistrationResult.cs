using System.Text.Json.Serialization;
using MmDrBot.Access;
using MmDrBot.Diagnosis;

namespace MmDrBot.Features.MattermostSetup;

/// <summary>What the registration found and did.</summary>
internal sealed record RegistrationResult
{
    /// <summary>The bot account; null when nothing could be learnt of it.</summary>
    public RegisteredBot? Bot { get; init; }

    /// <summary>One for each team.</summary>
    public IReadOnlyList<RegisteredTeam> Teams { get; init; } = [];

    /// <summary>Mattermost's settings that matter here.</summary>
    public IReadOnlyList<Finding> Settings { get; init; } = [];

    /// <summary>Whether anything was made or changed.</summary>
    public bool Changed => Bot is { Change: not BotChange.None } || Teams.Any(team => team.Outcome is RegistrationOutcome.Created or RegistrationOutcome.Mended or RegistrationOutcome.Regenerated or RegistrationOutcome.Recorded || team.BotJoined);

    /// <summary>Whether all that was asked for stands.</summary>
    public bool Good => Teams.All(team => team.Outcome is not (RegistrationOutcome.Missing or RegistrationOutcome.Foreign or RegistrationOutcome.Failed)) && Settings.All(finding => finding.State is not FindingState.Failed);
}

/// <summary>The bot account.</summary>
/// <param name="Username">Its name, without the @.</param>
/// <param name="UserId">Mattermost's id of it.</param>
/// <param name="IsSystemAdmin">Whether it may register commands and convert accounts.</param>
/// <param name="Change">What was done to it.</param>
internal sealed record RegisteredBot(string Username, string UserId, bool IsSystemAdmin, BotChange Change);

/// <summary>What was done to the bot account.</summary>
[JsonConverter(typeof(SnakeCaseEnum<BotChange>))]
internal enum BotChange
{
    None,
    RoleGiven,
    TokenMade,
    Created,
}

/// <summary>One team's slash command.</summary>
/// <param name="Team">The team's name.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Detail">What was found or done.</param>
/// <param name="Cure">What to do, where it did not end well.</param>
/// <param name="CommandId">Mattermost's id of the command.</param>
/// <param name="BotJoined">Whether the bot was let into the team.</param>
internal sealed record RegisteredTeam(string Team, RegistrationOutcome Outcome, string Detail, string? Cure = null, string? CommandId = null, bool BotJoined = false);

/// <summary>How a team's registration ended.</summary>
[JsonConverter(typeof(SnakeCaseEnum<RegistrationOutcome>))]
internal enum RegistrationOutcome
{
    /// <summary>All was right.</summary>
    Unchanged,
    Created,

    /// <summary>It was there, but not as it should be.</summary>
    Mended,

    /// <summary>It has a new token.</summary>
    Regenerated,

    /// <summary>It was there and right, but our books did not know it.</summary>
    Recorded,

    /// <summary>Somebody else's command has the trigger; it was left alone.</summary>
    Foreign,

    /// <summary>There is no such team.</summary>
    Missing,
    Failed,
}
