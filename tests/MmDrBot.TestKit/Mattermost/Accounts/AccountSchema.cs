using Npgsql;

namespace MmDrBot.TestKit.Mattermost;

/// <summary>The tables that hold accounts, as a server of the newest release makes them; those that exist are left as they are.</summary>
internal static class AccountSchema
{
    private const string Tables =
        """
        CREATE TABLE IF NOT EXISTS users (
            id varchar(26) PRIMARY KEY, createat bigint, updateat bigint, deleteat bigint, username varchar(64) UNIQUE, password varchar(128),
            authdata varchar(128) UNIQUE, authservice varchar(32), email varchar(128) UNIQUE, emailverified boolean, nickname varchar(64),
            firstname varchar(64), lastname varchar(64), roles varchar(256), allowmarketing boolean, props jsonb, notifyprops jsonb,
            lastpasswordupdate bigint, lastpictureupdate bigint, failedattempts integer, locale varchar(5), mfaactive boolean,
            mfasecret varchar(128), "position" varchar(128), timezone jsonb, remoteid varchar(26), lastlogin bigint NOT NULL DEFAULT 0);
        CREATE TABLE IF NOT EXISTS bots (
            userid varchar(26) PRIMARY KEY, description varchar(1024), ownerid varchar(190), createat bigint, updateat bigint, deleteat bigint,
            lasticonupdate bigint);
        CREATE TABLE IF NOT EXISTS sessions (
            id varchar(26) PRIMARY KEY, token varchar(26), createat bigint, expiresat bigint, lastactivityat bigint, userid varchar(26),
            deviceid varchar(512), roles varchar(256), isoauth boolean, props jsonb, expirednotify boolean);
        CREATE TABLE IF NOT EXISTS tokens (
            token varchar(64) PRIMARY KEY, createat bigint, type varchar(64), extra varchar(2048));
        CREATE INDEX IF NOT EXISTS idx_sessions_user_id ON sessions (userid);
        CREATE INDEX IF NOT EXISTS idx_sessions_token ON sessions (token);
        """;

    public static async Task EnsureAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(Tables);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
