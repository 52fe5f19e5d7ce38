using MmDrBot.Access;
using MmDrBot.Data;

namespace MmDrBot.Registration;

/// <summary>The slash commands that were registered, one a team.</summary>
internal sealed class TeamCommandStore(StateDatabase state, TimeProvider time)
{
    public Task<IReadOnlyList<TeamCommand>> ListAsync(CancellationToken cancellationToken) => state.ReadAsync(
        (transaction, token) => transaction.QueryAsync<TeamCommand>("select team_id, team_name, command_id, url, token_hash from registered_commands order by team_name, team_id", values: null, token),
        cancellationToken);

    public async Task<TeamCommand?> FindAsync(string teamId, CancellationToken cancellationToken) =>
        (await ListAsync(cancellationToken)).FirstOrDefault(command => command.TeamId == teamId);

    /// <summary>Puts down what is registered now, in place of what was before.</summary>
    public async Task SaveAsync(StateTransaction transaction, TeamCommand command, Actor actor, CancellationToken cancellationToken)
    {
        await transaction.ExecuteAsync("delete from registered_commands where team_id = @TeamId", new { command.TeamId }, cancellationToken);
        await transaction.ExecuteAsync(
            """
            insert into registered_commands (team_id, team_name, command_id, url, token_hash, registered_by, registered_at)
            values (@TeamId, @TeamName, @CommandId, @Url, @TokenHash, @By, @At)
            """,
            new { command.TeamId, command.TeamName, command.CommandId, command.Url, command.TokenHash, By = actor.Name, At = time.GetUtcNow().ToUnixTimeMilliseconds() },
            cancellationToken);
    }

    public static Task RemoveAsync(StateTransaction transaction, string teamId, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync("delete from registered_commands where team_id = @teamId", new { teamId }, cancellationToken);
}
