using System.Net;
using System.Text.Json;
using FluentValidation;
using MmDrBot.Access;
using MmDrBot.Audit;
using MmDrBot.Data;
using MmDrBot.Mattermost;
using MmDrBot.Registration;
using MmDrBot.Sso;

namespace MmDrBot.Features.MattermostSetup;

/// <summary>What to take out of Mattermost again.</summary>
internal sealed record UnregisterRequest
{
    /// <summary>Names of teams; without any, all in which we registered.</summary>
    public IReadOnlyList<string> Teams { get; init; } = [];

    /// <summary>Whether the access token that we made for the bot is revoked, too. It takes no team beside it, since the bot could do nothing in the others.</summary>
    public bool Token { get; init; }
}

internal sealed class UnregisterValidator : AbstractValidator<UnregisterRequest>
{
    public UnregisterValidator()
    {
        RuleFor(request => request.Teams.Count).LessThanOrEqualTo(1000).WithName("Teams");
        RuleForEach(request => request.Teams).NotEmpty().MaximumLength(64);
        RuleFor(request => request.Token).Must((request, token) => !token || request.Teams.Count == 0).WithMessage("The bot's token goes with all commands: name no teams beside it.");
    }
}

/// <summary>
/// Takes out of Mattermost what we put there: the commands that our books name, by their ids, and on request the access token that we
/// made. Nothing else is touched; the bot account stays, as its posts do.
/// </summary>
internal sealed class UnregisterMattermost(
    IValidator<UnregisterRequest> validator, MattermostGate mattermost, TeamCommandStore books, BotCredentialStore credentials, RegistrationLease lease, StateDatabase state, AuditLog audit, TimeProvider time)
{
    public async Task<UnregistrationResult> HandleAsync(UnregisterRequest request, Actor actor, CancellationToken cancellationToken)
    {
        actor.Require(Permission.ManageRegistration);
        validator.RequireValid(request);
        await using var turn = await lease.AcquireAsync(cancellationToken);
        var known = await books.ListAsync(cancellationToken);
        var names = request.Teams.Select(name => name.Trim().ToLowerInvariant()).Distinct().ToArray();
        var teams = names.Except(known.Select(command => command.TeamName)).Select(name => new UnregisteredTeam(name, UnregistrationOutcome.Unknown, "We registered nothing in this team.")).ToList();
        foreach (var command in known.Where(command => names.Length == 0 || names.Contains(command.TeamName)))
        {
            await turn.RenewAsync(cancellationToken);
            teams.Add(await RemoveAsync(command, actor, cancellationToken));
        }

        var isFree = teams.All(team => team.Outcome is not UnregistrationOutcome.Failed);
        var token = request.Token ? isFree ? await RevokeAsync(actor, cancellationToken) : TokenOutcome.Kept : (TokenOutcome?)null;
        return new UnregistrationResult([.. teams.OrderBy(team => team.Team, StringComparer.Ordinal)], token);
    }

    private async Task<UnregisteredTeam> RemoveAsync(TeamCommand command, Actor actor, CancellationToken cancellationToken)
    {
        var outcome = UnregistrationOutcome.Removed;
        try
        {
            await mattermost.Api.DeleteCommandAsync(command.CommandId, cancellationToken);
        }
        catch (MattermostApiException gone) when (gone.StatusCode is HttpStatusCode.NotFound)
        {
            // The same answer as for a bot that may not manage it, so it is asked whether it is there.
            if (await IsThereAsync(command, cancellationToken))
            {
                return new UnregisteredTeam(command.TeamName, UnregistrationOutcome.Failed, "Mattermost does not let the bot remove the command.", MattermostRefusals.GiveRole);
            }

            outcome = UnregistrationOutcome.Gone;
        }
        catch (MattermostApiException failure)
        {
            var refusal = MattermostRefusals.Of(failure, "remove a slash command");
            return new UnregisteredTeam(command.TeamName, UnregistrationOutcome.Failed, refusal.Message, refusal.Hint);
        }

        await ForgetAsync(command, outcome, actor);
        return new UnregisteredTeam(command.TeamName, outcome, outcome is UnregistrationOutcome.Removed ? "/dr is removed." : "/dr was gone already.");
    }

    /// <summary>Where it can't be seen, it may be there.</summary>
    private async Task<bool> IsThereAsync(TeamCommand command, CancellationToken cancellationToken)
    {
        try
        {
            return (await mattermost.Api.GetCustomCommandsAsync(command.TeamId, cancellationToken)).Any(one => one.Id == command.CommandId);
        }
        catch (MattermostApiException)
        {
            return true;
        }
    }

    private Task ForgetAsync(TeamCommand command, UnregistrationOutcome outcome, Actor actor)
    {
        var entry = AuditEntry.By(actor, time.GetUtcNow(), "mattermost.unregistered", command.TeamName, AuditOutcome.Succeeded) with
        {
            DetailJson = JsonSerializer.Serialize(new { outcome = EnumText.Of(outcome), teamId = command.TeamId, commandId = command.CommandId }),
        };
        return state.InTransactionAsync(
            async (transaction, token) =>
            {
                await TeamCommandStore.RemoveAsync(transaction, command.TeamId, token);
                await audit.AppendAsync(transaction, entry, token);
            },
            CancellationToken.None);
    }

    /// <summary>Last, since everything before it is done with this token. A token of the settings is not ours to revoke.</summary>
    private async Task<TokenOutcome> RevokeAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (await credentials.FindAsync(cancellationToken) is not { } credential)
        {
            return TokenOutcome.None;
        }

        var outcome = TokenOutcome.Revoked;
        try
        {
            await mattermost.Api.RevokeAccessTokenAsync(new RevokedToken(credential.TokenId), cancellationToken);
        }
        catch (MattermostApiException gone) when (gone.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Unauthorized)
        {
            outcome = TokenOutcome.Gone;
        }
        catch (MattermostApiException failure)
        {
            throw MattermostRefusals.Of(failure, "revoke the bot's access token");
        }

        var entry = AuditEntry.By(actor, time.GetUtcNow(), "mattermost.bot_token_revoked", credential.Username, AuditOutcome.Succeeded) with { DetailJson = JsonSerializer.Serialize(new { userId = credential.UserId, tokenId = credential.TokenId }) };
        await state.InTransactionAsync(
            async (transaction, token) =>
            {
                await credentials.ForgetAsync(transaction, token);
                await audit.AppendAsync(transaction, entry, token);
            },
            CancellationToken.None);
        return outcome;
    }
}
