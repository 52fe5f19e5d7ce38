using Npgsql;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>Sessions of people who logged in, and the tokens of reset mails.</summary>
internal sealed class SessionTable(NpgsqlDataSource source)
{
    private const long SessionLife = 30L * 24 * 3600 * 1000;
    private const long LinkLife = 3600 * 1000;

    /// <summary>Gives the new session's token.</summary>
    public async Task<string> StartAsync(StandInAccount account, long now)
    {
        var token = StandInIds.New();
        await using var command = source.CreateCommand(
            """
            INSERT INTO sessions (id, token, createat, expiresat, lastactivityat, userid, deviceid, roles, isoauth, props, expirednotify)
            VALUES ($1, $2, $3, $4, $3, $5, '', $6, false, '{}', false)
            """);
        Add(command, StandInIds.New(), token, now, now + SessionLife, account.Id, account.Roles);
        await command.ExecuteNonQueryAsync();

        return token;
    }

    /// <summary>Whose session it is; null for none.</summary>
    public Task<string?> OwnerAsync(string token, long now) => ScalarAsync("SELECT userid FROM sessions WHERE token = $1 AND (expiresat = 0 OR expiresat > $2)", token, now);

    public Task EndAllAsync(string userId) => ScalarAsync("DELETE FROM sessions WHERE userid = $1", userId);

    /// <summary>Gives a reset mail's token; what it is for is kept beside it.</summary>
    public async Task<string> MakeLinkAsync(string extra, long now)
    {
        var token = StandInIds.New(64);
        await ScalarAsync("INSERT INTO tokens (token, createat, type, extra) VALUES ($1, $2, 'password_recovery', $3)", token, now, extra);

        return token;
    }

    /// <summary>What a link is for, and whether it still lives; null if there is none.</summary>
    public async Task<(string Extra, bool IsAlive)?> FindLinkAsync(string token, long now)
    {
        await using var command = source.CreateCommand("SELECT extra, createat FROM tokens WHERE token = $1 AND type = 'password_recovery'");
        Add(command, token);
        await using var reader = await command.ExecuteReaderAsync();

        return await reader.ReadAsync() ? (reader.GetString(0), now - reader.GetInt64(1) < LinkLife) : null;
    }

    public Task DropLinkAsync(string token) => ScalarAsync("DELETE FROM tokens WHERE token = $1", token);

    private async Task<string?> ScalarAsync(string sql, params object[] values)
    {
        await using var command = source.CreateCommand(sql);
        Add(command, values);

        return (string?)await command.ExecuteScalarAsync();
    }

    private static void Add(NpgsqlCommand command, params object[] values)
    {
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
    }
}
