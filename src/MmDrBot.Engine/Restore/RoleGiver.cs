using MmDrBot.Engine.Sources.Postgres;
using Npgsql;

namespace MmDrBot.Engine.Restore;

/// <summary>Runs statements about roles one by one. What a role that is missing here, or is not ours to give to, makes fail becomes a note.</summary>
internal sealed class RoleGiver(PostgresAddress address, Action<string> note)
{
    private const int Passes = 4;

    /// <summary>Whether this connection may give objects to all of these roles, so that no statement about owners can fail.</summary>
    internal static async Task<bool> CanGiveToAllAsync(NpgsqlConnection connection, IEnumerable<string> owners, CancellationToken cancellationToken)
    {
        var roles = await connection.QueryAsync("SELECT rolname FROM pg_catalog.pg_roles", row => row.GetString(0), cancellationToken);
        return await connection.ScalarAsync<bool>("SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user", cancellationToken) && !owners.Except(roles).Any();
    }

    /// <summary>Gives objects to their owners. A sequence follows its table, whichever comes first: what fails is tried again after the rest.</summary>
    internal async Task GiveOwnersAsync(IReadOnlyList<string> statements, CancellationToken cancellationToken)
    {
        await using var connection = await PostgresConnection.OpenAsync(address, cancellationToken);
        var left = statements;
        for (var pass = 1; left.Count > 0; pass++)
        {
            var failed = new List<(string Statement, PostgresException Refused)>();
            foreach (var statement in left)
            {
                if (await TryAsync(connection, statement, cancellationToken) is { } refused)
                {
                    failed.Add((statement, refused));
                }
            }

            if (failed.Count == left.Count || pass == Passes)
            {
                failed.ForEach(item => note($"{item.Refused.MessageText} (what it owned belongs to {address.User} now)"));
                return;
            }

            left = [.. failed.Select(item => item.Statement)];
        }
    }

    internal async Task RunAsync(IEnumerable<string> statements, CancellationToken cancellationToken)
    {
        await using var connection = await PostgresConnection.OpenAsync(address, cancellationToken);
        foreach (var statement in statements)
        {
            if (await TryAsync(connection, statement, cancellationToken) is { } refused)
            {
                note($"{refused.MessageText} (left out: {statement})");
            }
        }
    }

    private static async Task<PostgresException?> TryAsync(NpgsqlConnection connection, string statement, CancellationToken cancellationToken)
    {
        try
        {
            await connection.ExecuteAsync(statement, cancellationToken);
            return null;
        }
        catch (PostgresException refused) when (refused.SqlState is PostgresErrorCodes.UndefinedObject or PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.FeatureNotSupported or PostgresErrorCodes.InvalidParameterValue or PostgresErrorCodes.InvalidGrantor or PostgresErrorCodes.InvalidGrantOperation)
        {
            return refused;
        }
    }
}
