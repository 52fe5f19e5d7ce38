using System.Net;
using System.Text.Json;
using MmDrBot.Access;
using MmDrBot.Audit;
using MmDrBot.Data;
using MmDrBot.Mattermost;
using MmDrBot.Registration;

namespace MmDrBot.Features.MattermostSetup;

/// <summary>Sees to the `/dr` of one team: made when missing, mended when it is not as it should be, never a second one, never somebody else's.</summary>
internal sealed class TeamRegistrar(TeamCommandStore books, StateDatabase state, AuditLog audit, TimeProvider time)
{
    internal async Task<RegisteredTeam> RegisterAsync(IMattermostApi api, Team team, MattermostUser bot, string url, bool regenerate, Actor actor, CancellationToken cancellationToken)
    {
        try
        {
            var registered = await CommandAsync(api, team, bot, url, regenerate, actor, cancellationToken);
            return registered.Outcome is RegistrationOutcome.Foreign or RegistrationOutcome.Failed
                ? registered
                : registered with { BotJoined = await JoinAsync(api, team, bot, actor, cancellationToken) };
        }
        catch (MattermostApiException failure) when (!failure.IsTransient || failure.ErrorId is MattermostErrorIds.CommandsDisabled)
        {
            var refusal = MattermostRefusals.Of(failure, "manage slash commands");
            return new RegisteredTeam(team.Name, RegistrationOutcome.Failed, refusal.Message, refusal.Hint);
        }
    }

    /// <summary>Without being in the team the bot can't post in its channels.</summary>
    private async Task<bool> JoinAsync(IMattermostApi api, Team team, MattermostUser bot, Actor actor, CancellationToken cancellationToken)
    {
        try
        {
            if ((await api.GetTeamMemberAsync(team.Id, bot.Id, cancellationToken)).DeleteAt == 0)
            {
                return false;
            }
        }
        catch (MattermostApiException never) when (never.StatusCode is HttpStatusCode.NotFound)
        {
            // It was never in the team.
        }

        await api.AddTeamMemberAsync(team.Id, new TeamMember { TeamId = team.Id, UserId = bot.Id }, cancellationToken);
        var entry = AuditEntry.By(actor, time.GetUtcNow(), "mattermost.bot_joined", team.Name, AuditOutcome.Succeeded) with { DetailJson = JsonSerializer.Serialize(new { teamId = team.Id, userId = bot.Id }) };
        await state.InTransactionAsync((transaction, token) => audit.AppendAsync(transaction, entry, token), CancellationToken.None);
        return true;
    }

    private async Task<RegisteredTeam> CommandAsync(IMattermostApi api, Team team, MattermostUser bot, string url, bool regenerate, Actor actor, CancellationToken cancellationToken)
    {
        var recorded = await books.FindAsync(team.Id, cancellationToken);
        var commands = await api.GetCustomCommandsAsync(team.Id, cancellationToken);
        var (ours, foreign) = CommandPolicy.Choose(commands, recorded, await CommandMakers.OfAsync(api, commands, recorded?.CommandId, bot.Id, cancellationToken));
        if (foreign is not null)
        {
            return Foreign(team, foreign);
        }

        var (outcome, detail) = (RegistrationOutcome.Unchanged, "As it should be.");
        if (ours is null)
        {
            try
            {
                ours = await api.CreateCommandAsync(CommandPolicy.New(team.Id, url), cancellationToken);
                (outcome, detail) = (RegistrationOutcome.Created, $"Registered, sent to {url}.");
            }
            catch (MattermostApiException taken) when (taken.ErrorId is MattermostErrorIds.DuplicateTrigger)
            {
                return new RegisteredTeam(team.Name, RegistrationOutcome.Foreign, "Mattermost says that the trigger is in use, but lists no command that has it.", "Run this again: somebody may have registered it just now. Else it is a plugin's or a built-in one.");
            }
        }
        else if (CommandPolicy.Mend(ours, url) is var wanted && wanted != ours)
        {
            (outcome, detail) = (RegistrationOutcome.Mended, $"Mended: {CommandPolicy.Differences(ours, wanted)}.");
            ours = await api.UpdateCommandAsync(ours.Id, wanted, cancellationToken);
        }

        if (regenerate && outcome is not RegistrationOutcome.Created)
        {
            ours = ours with { Token = (await api.RegenerateCommandTokenAsync(ours.Id, cancellationToken)).Token };
            (outcome, detail) = (RegistrationOutcome.Regenerated, outcome is RegistrationOutcome.Mended ? $"{detail} It has a new token; the old one is void." : "It has a new token; the old one is void.");
        }

        return await RecordAsync(team, ours, recorded, outcome, detail, actor, cancellationToken);
    }

    /// <summary>Writes down what stands in Mattermost now. A crash before this is no harm: the next run finds the command and writes it down.</summary>
    private async Task<RegisteredTeam> RecordAsync(Team team, RegisteredCommand command, TeamCommand? recorded, RegistrationOutcome outcome, string detail, Actor actor, CancellationToken cancellationToken)
    {
        if (command.Token.Length == 0)
        {
            return new RegisteredTeam(team.Name, RegistrationOutcome.Failed, "Mattermost does not show the command's token to the bot.", MattermostRefusals.GiveRole, command.Id);
        }

        var current = new TeamCommand { TeamId = team.Id, TeamName = team.Name, CommandId = command.Id, Url = command.Url, TokenHash = SlashCommandRequest.HashOf(command.Token) };
        if (current == recorded && outcome is RegistrationOutcome.Unchanged)
        {
            return new RegisteredTeam(team.Name, outcome, detail, null, command.Id);
        }

        (outcome, detail) = outcome is RegistrationOutcome.Unchanged ? (RegistrationOutcome.Recorded, "It was there already; from now on its token is known here.") : (outcome, detail);
        var entry = AuditEntry.By(actor, time.GetUtcNow(), outcome is RegistrationOutcome.Regenerated ? "mattermost.command_token_regenerated" : "mattermost.registered", team.Name, AuditOutcome.Succeeded) with
        {
            DetailJson = JsonSerializer.Serialize(new { outcome = EnumText.Of(outcome), teamId = team.Id, commandId = command.Id, url = command.Url, detail }),
        };
        await state.InTransactionAsync(
            async (transaction, token) =>
            {
                await books.SaveAsync(transaction, current, actor, token);
                await audit.AppendAsync(transaction, entry, token);
            },
            // What was done in Mattermost is to be known here, even if whoever asked has gone.
            CancellationToken.None);
        return new RegisteredTeam(team.Name, outcome, detail, null, command.Id);
    }

    private static RegisteredTeam Foreign(Team team, RegisteredCommand foreign) => new(
        team.Name,
        RegistrationOutcome.Foreign,
        $"/{CommandPolicy.Trigger} belongs to another command (\"{foreign.DisplayName}\", sent to {Host(foreign.Url)}); it was left alone.",
        "Give that command another trigger, or remove it (Integrations, Slash Commands); then run this again.",
        foreign.Id);

    /// <summary>Somebody else's address may hold a secret in its path.</summary>
    private static string Host(string url) => Uri.TryCreate(url, UriKind.Absolute, out var address) ? address.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped) : "an address that can't be read";
}
