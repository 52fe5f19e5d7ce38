using System.Data.Common;
using Npgsql;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>Reads and writes the table users. As in the server, a client that goes away does not stop a statement.</summary>
internal sealed class AccountTable(NpgsqlDataSource source)
{
    private const string Select =
        """
        SELECT u.id, u.username, u.email, coalesce(u.emailverified, false), coalesce(u.password, ''), coalesce(u.authservice, ''), u.authdata,
            coalesce(u.roles, ''), coalesce(u.mfaactive, false), coalesce(u.mfasecret, ''), coalesce(u.failedattempts, 0), coalesce(u.createat, 0),
            coalesce(u.updateat, 0), coalesce(u.deleteat, 0), coalesce(u.lastpasswordupdate, 0), coalesce(u.remoteid, ''), b.userid IS NOT NULL
        FROM users u LEFT JOIN bots b ON b.userid = u.id
        """;

    public Task<StandInAccount?> ByIdAsync(string id) => OneAsync("WHERE u.id = $1", id);

    public Task<StandInAccount?> ByNameAsync(string name) => OneAsync("WHERE u.username = $1", name);

    public Task<StandInAccount?> ByEmailAsync(string email) => OneAsync("WHERE u.email = lower($1)", email);

    /// <summary>As a person types it, if signing in by name or by address is allowed.</summary>
    public Task<StandInAccount?> ByLoginAsync(string login, bool byName, bool byEmail) => OneAsync(
        "WHERE ($2 AND u.username = lower($1)) OR ($3 AND u.email = lower($1)) ORDER BY u.username = lower($1) DESC LIMIT 1", login, byName, byEmail);

    /// <summary>Those that exist, by name.</summary>
    public async Task<IReadOnlyList<StandInAccount>> ByNamesAsync(string[] names)
    {
        await using var command = Command($"{Select} WHERE u.username = ANY ($1) ORDER BY u.username", (object)names);
        await using var reader = await command.ExecuteReaderAsync();
        var found = new List<StandInAccount>();

        while (await reader.ReadAsync())
            found.Add(Read(reader));

        return found;
    }

    /// <summary>Sets the hash and thereby makes a password account of it, unlocked.</summary>
    public Task SetPasswordAsync(string id, string hash, long now) => WriteAsync(
        "UPDATE users SET password = $2, authdata = NULL, authservice = '', failedattempts = 0, lastpasswordupdate = $3, updateat = $3 WHERE id = $1", id, hash, now);

    /// <summary>Binds the account, if there is one, and blanks its password.</summary>
    public Task SetAuthAsync(string id, string service, string? data, long now) => WriteAsync(
        "UPDATE users SET password = '', authservice = $2, authdata = $3, failedattempts = 0, lastpasswordupdate = $4, updateat = $4 WHERE id = $1",
        id, service, (object?)data ?? DBNull.Value, now);

    public Task TouchAsync(string id, long now) => WriteAsync("UPDATE users SET updateat = $2 WHERE id = $1", id, now);

    public Task SetFailedAttemptsAsync(string id, int count) => WriteAsync("UPDATE users SET failedattempts = $2 WHERE id = $1", id, count);

    /// <summary>Deactivates, or with 0 activates.</summary>
    public Task SetDeleteAtAsync(string id, long deleteAt, long now) =>
        WriteAsync("UPDATE users SET deleteat = $2, updateat = $3 WHERE id = $1", id, deleteAt, now);

    public Task SetMfaAsync(string id, bool active, string secret, long now) =>
        WriteAsync("UPDATE users SET mfaactive = $2, mfasecret = $3, updateat = $4 WHERE id = $1", id, active, secret, now);

    public Task SetRolesAsync(string id, string roles) => WriteAsync("UPDATE users SET roles = $2 WHERE id = $1", id, roles);

    public Task SetEmailAsync(string id, string email) => WriteAsync("UPDATE users SET email = $2 WHERE id = $1", id, email);

    public Task InsertAsync(IReadOnlyList<StandInAccount> accounts) => WriteAsync(
        """
        INSERT INTO users (id, createat, updateat, deleteat, username, password, authdata, authservice, email, emailverified, nickname, firstname, lastname, roles,
            allowmarketing, props, notifyprops, lastpasswordupdate, lastpictureupdate, failedattempts, locale, mfaactive, mfasecret, "position", timezone, remoteid)
        SELECT id, now, now, 0, username, password, authdata, authservice, email, verified, '', '', '', roles,
            false, '{}', '{"email": "true", "push": "mention", "channel": "true"}', now, 0, 0, 'en', false, '', '', '{"useAutomaticTimezone": "true"}', remoteid
        FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bool[], $8::text[], $9::bigint[], $10::text[])
            AS new (id, username, password, authdata, authservice, email, verified, roles, now, remoteid)
        """,
        Column(accounts, account => account.Id), Column(accounts, account => account.Username), Column(accounts, account => account.Password),
        Column(accounts, account => account.AuthData), Column(accounts, account => account.AuthService), Column(accounts, account => account.Email),
        Column(accounts, account => account.EmailVerified), Column(accounts, account => account.Roles), Column(accounts, account => account.CreateAt),
        Column(accounts, account => account.RemoteId));

    public Task InsertBotAsync(string id, long now) => WriteAsync(
        "INSERT INTO bots (userid, description, ownerid, createat, updateat, deleteat) VALUES ($1, 'disaster recovery', $1, $2, $2, 0)", id, now);

    private static T[] Column<T>(IReadOnlyList<StandInAccount> accounts, Func<StandInAccount, T> value) => [.. accounts.Select(value)];

    private async Task<StandInAccount?> OneAsync(string where, params object[] values)
    {
        await using var command = Command($"{Select} {where}", values);
        await using var reader = await command.ExecuteReaderAsync();

        return await reader.ReadAsync() ? Read(reader) : null;
    }

    private async Task WriteAsync(string sql, params object[] values)
    {
        await using var command = Command(sql, values);
        await command.ExecuteNonQueryAsync();
    }

    private NpgsqlCommand Command(string sql, params object[] values)
    {
        var command = source.CreateCommand(sql);

        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });

        return command;
    }

    private static StandInAccount Read(DbDataReader row) => new()
    {
        Id = row.GetString(0),
        Username = row.GetString(1),
        Email = row.GetString(2),
        EmailVerified = row.GetBoolean(3),
        Password = row.GetString(4),
        AuthService = row.GetString(5),
        AuthData = row.IsDBNull(6) ? null : row.GetString(6),
        Roles = row.GetString(7),
        MfaActive = row.GetBoolean(8),
        MfaSecret = row.GetString(9),
        FailedAttempts = row.GetInt32(10),
        CreateAt = row.GetInt64(11),
        UpdateAt = row.GetInt64(12),
        DeleteAt = row.GetInt64(13),
        LastPasswordUpdate = row.GetInt64(14),
        RemoteId = row.GetString(15),
        IsBot = row.GetBoolean(16),
    };
}
